"""News of one transaction that comes late, or after newer news, changes nothing.

A poll's answer may be applied after a newer notification; a notification kept before a crash may
be judged after one that was sent later. What was said last by the platform stays.
"""

import random
from datetime import timedelta

import pytest
import responses
from django.db.models import Sum

from allocataires.models import Mouvement
from caf_portal.database.scope import caisse_scope, national_scope
from comptabilite.models import Ecriture, Ligne
from payments.models import Notification, NotificationOutcome, Payment, Transaction
from payments.services.invariants import find_breaches
from payments.services.notifications import finish_notifications
from payments.services.polling import Target, check_payment
from tests.allocataires.factories import CreanceFactory
from tests.payments.factories import NOW, open_payment, signed_body

IPN = "/paiement/ipn/"
FORM = "application/x-www-form-urlencoded"
ORDER_GET = "http://127.0.0.1:9/api-payment/V4/Order/Get"
ONE = "c" * 32

pytestmark = pytest.mark.django_db


@pytest.fixture
def payment():
    with national_scope():
        creance = CreanceFactory()
    return open_payment(creance)


def post(client, payment, status, **more):
    body = signed_body(payment, vads_trans_status=status, vads_trans_uuid=ONE, **more)
    return client.post(IPN, body, content_type=FORM).content.decode()


def kept(payment):
    with caisse_scope(payment.caisse_id):
        return Transaction.objects.get(uuid=ONE).gateway_status


def status_of(payment):
    with caisse_scope(payment.caisse_id):
        return Payment.objects.get(pk=payment.pk).status


@pytest.mark.parametrize("end", ["CANCELLED", "CANCELED", "EXPIRED"])
def test_an_authorisation_told_after_its_cancellation_repays_no_debt(client, payment, end):
    post(client, payment, end)

    assert post(client, payment, "AUTHORISED") == "OK-ALREADY_APPLIED"

    assert (status_of(payment), kept(payment)) == ("REFUSED", end)
    with caisse_scope(payment.caisse_id):
        assert not Ecriture.objects.exists()
        assert not Mouvement.objects.filter(kind="CARTE").exists()
    assert find_breaches() == []


def test_a_capture_is_money_whatever_was_said_before(client, payment):
    post(client, payment, "CAPTURE_FAILED")

    assert post(client, payment, "CAPTURED") == "OK-APPLIED"
    assert (status_of(payment), kept(payment)) == ("PAID", "CAPTURED")


@pytest.mark.parametrize("older", ["AUTHORISED", "WAITING_AUTHORISATION", "INITIAL", "REFUSED"])
def test_a_transaction_never_goes_back_before_its_capture(client, payment, older):
    post(client, payment, "AUTHORISED")
    post(client, payment, "CAPTURED")

    assert post(client, payment, older) == "OK-ALREADY_APPLIED"
    assert kept(payment) == "CAPTURED"


def test_a_refusal_then_an_authorisation_of_one_transaction_is_paid(client, payment):
    post(client, payment, "REFUSED")

    assert post(client, payment, "AUTHORISED") == "OK-APPLIED"
    assert status_of(payment) == "PAID"


@responses.activate
def test_an_answer_older_than_a_notification_does_not_cover_it(client, payment):
    """The platform is asked, answers “waiting”, and the notification arrives before we read it."""
    waiting = {
        "uuid": ONE,
        "amount": payment.amount_cents,
        "currency": "EUR",
        "detailedStatus": "WAITING_AUTHORISATION",
        "operationType": "DEBIT",
    }

    def answer_slowly(request):
        assert post(client, payment, "AUTHORISED") == "OK-APPLIED"
        return responses.Response(
            "POST",
            ORDER_GET,
            json={"status": "SUCCESS", "mode": "TEST", "answer": {"transactions": [waiting]}},
        ).get_response(request)

    class Slow(responses.BaseResponse):
        def get_response(self, request):
            return answer_slowly(request)

    responses.add(Slow("POST", ORDER_GET))
    target = Target(payment.pk, payment.caisse_id)

    assert check_payment(target, now=NOW + timedelta(minutes=5)) == "PAID"
    assert kept(payment) == "AUTHORISED"


@pytest.mark.parametrize("seed", range(4))
def test_a_sweep_of_old_notifications_ends_the_same_whatever_their_order(payment, seed):
    """Kept while the workers were down: authorised, then cancelled at the platform."""
    bodies = [
        signed_body(payment, vads_trans_status=status, vads_trans_uuid=ONE)
        for status in ("WAITING_AUTHORISATION", "AUTHORISED", "CANCELLED")
    ]
    random.Random(seed).shuffle(bodies)  # noqa: S311 - an order, not a secret
    with caisse_scope(payment.caisse_id):
        for body in bodies:
            Notification.objects.create(
                caisse_id=payment.caisse_id,
                boutique_id=payment.boutique_id,
                received_at=NOW,
                content_type=FORM,
                body=body,
            )

    assert finish_notifications(now=NOW + timedelta(minutes=2)) == 3

    assert kept(payment) == "CANCELLED"
    with caisse_scope(payment.caisse_id):
        assert NotificationOutcome.objects.count() == 3
        # Either it was never booked, or it was and the cancellation took it back.
        lines = Ligne.objects.filter(compte__number="5115")
        sums = lines.aggregate(debit=Sum("debit_cents"), credit=Sum("credit_cents"))
        assert (sums["debit"] or 0) == (sums["credit"] or 0)
    assert find_breaches() == []
