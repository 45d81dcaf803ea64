"""Each attempt is asked about once more when its last page is dead, whatever its end.

A hosted page takes a second card after a refusal, and may be paid in two tabs. Were the
notification of that lost, nobody else would ever tell us of the money.
"""

from datetime import timedelta

import pytest
import requests
import responses

from caf_portal.database.scope import caisse_scope, national_scope
from comptabilite.models import Anomalie, Ecriture
from payments.models import Payment
from payments.services.polling import EXPIRE_AFTER, Target, check_payment, open_payments
from tests.allocataires.factories import CreanceFactory
from tests.payments.factories import NOW, open_payment, signed_body

IPN = "/paiement/ipn/"
FORM = "application/x-www-form-urlencoded"
ORDER_GET = "http://127.0.0.1:9/api-payment/V4/Order/Get"
DEAD = NOW + EXPIRE_AFTER + timedelta(seconds=1)

pytestmark = pytest.mark.django_db


@pytest.fixture
def payment():
    with national_scope():
        creance = CreanceFactory()
    return open_payment(creance)


@pytest.fixture
def platform():
    with responses.RequestsMock() as mock:
        yield mock


def told(client, payment, status, *, uuid="1" * 32):
    body = signed_body(payment, vads_trans_status=status, vads_trans_uuid=uuid)
    assert client.post(IPN, body, content_type=FORM).status_code == 200


def transaction(payment, status, uuid):
    return {
        "uuid": uuid * 32,
        "amount": payment.amount_cents,
        "currency": "EUR",
        "detailedStatus": status,
        "operationType": "DEBIT",
    }


def knows(platform, payment, *said):
    transactions = [transaction(payment, status, uuid) for status, uuid in said]
    platform.post(
        ORDER_GET,
        json={"status": "SUCCESS", "mode": "TEST", "answer": {"transactions": transactions}},
    )


def target(payment):
    return Target(payment.pk, payment.caisse_id)


def closed_at(payment):
    with caisse_scope(payment.caisse_id):
        return Payment.objects.get(pk=payment.pk).closed_at


def test_a_second_card_after_a_refusal_is_found_when_its_notification_is_lost(
    client, payment, platform
):
    told(client, payment, "REFUSED")
    assert open_payments(now=NOW + timedelta(minutes=10)) == []
    assert open_payments(now=DEAD) == [target(payment)]
    knows(platform, payment, ("REFUSED", "1"), ("AUTHORISED", "2"))

    assert check_payment(target(payment), now=DEAD) == "PAID"

    with caisse_scope(payment.caisse_id):
        assert Ecriture.objects.get().event == "CARD_PAYMENT"


def test_a_page_paid_in_a_second_tab_is_found_when_its_notification_is_lost(
    client, payment, platform
):
    told(client, payment, "AUTHORISED")
    knows(platform, payment, ("AUTHORISED", "1"), ("AUTHORISED", "2"))

    assert check_payment(target(payment), now=DEAD) == "PAID"

    with caisse_scope(payment.caisse_id):
        assert Anomalie.objects.get().kind == "SECOND_PAYMENT"
        assert Ecriture.objects.count() == 2


@pytest.mark.parametrize("status", ["AUTHORISED", "REFUSED", "ABANDONED"])
def test_after_the_last_answer_nobody_asks_any_more(client, payment, platform, status):
    told(client, payment, status)
    knows(platform, payment, (status, "1"))

    check_payment(target(payment), now=DEAD)

    assert closed_at(payment) == DEAD
    assert open_payments(now=DEAD + timedelta(days=1)) == []
    assert check_payment(target(payment), now=DEAD + timedelta(days=1)) is None


def test_an_answer_given_while_the_page_lives_is_not_the_last(client, payment, platform):
    told(client, payment, "REFUSED")
    knows(platform, payment, ("REFUSED", "1"))

    check_payment(target(payment), now=NOW + timedelta(minutes=5))

    assert closed_at(payment) is None


def test_a_platform_that_does_not_answer_is_asked_again(client, payment, platform):
    told(client, payment, "REFUSED")
    platform.post(ORDER_GET, body=requests.ReadTimeout())

    assert check_payment(target(payment), now=DEAD) is None

    assert closed_at(payment) is None
    assert open_payments(now=DEAD + timedelta(minutes=2)) == [target(payment)]


def test_an_attempt_that_expires_is_closed_by_the_same_answer(payment, platform):
    knows(platform, payment)

    assert check_payment(target(payment), now=DEAD) == "EXPIRED"
    assert closed_at(payment) == DEAD


def test_an_attempt_that_waits_for_the_bank_is_not_closed(client, payment, platform):
    told(client, payment, "WAITING_AUTHORISATION")
    knows(platform, payment, ("WAITING_AUTHORISATION", "1"))

    assert check_payment(target(payment), now=DEAD) == "PENDING"
    assert closed_at(payment) is None


def test_an_attempt_never_asked_about_comes_before_those_that_wait_for_days(client):
    with national_scope():
        creances = [CreanceFactory() for _ in range(3)]
    old = [open_payment(creance) for creance in creances[:2]]
    new = open_payment(creances[2], now=NOW + timedelta(days=2))
    now = NOW + timedelta(days=2, minutes=4)
    for payment in old:
        told(client, payment, "WAITING_AUTHORISATION", uuid=f"{payment.pk:032x}")
        with caisse_scope(payment.caisse_id):
            Payment.objects.filter(pk=payment.pk).update(checked_at=now - timedelta(minutes=2))

    assert open_payments(now=now, limit=1) == [target(new)]
