"""A platform that refuses us, answers nonsense or never decides: asked slowly, and said once."""

from datetime import timedelta

import pytest
import responses

from caf_portal.database.scope import caisse_scope, national_scope
from comptabilite.models import Anomalie
from payments.models import Payment
from payments.services.patience import PENDING_ENDS_AFTER, PENDING_SAID_AFTER, SAID_AFTER
from payments.services.polling import check_payment, open_payments
from tests.allocataires.factories import CreanceFactory
from tests.payments.factories import NOW, open_payment
from tests.payments.test_polling import ORDER_GET, answer, not_found, target, transaction

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WRONG_PASSWORD = {
    "status": "ERROR",
    "mode": "TEST",
    "answer": {"errorCode": "INT_905", "errorMessage": "bad credentials"},
}

pytestmark = pytest.mark.django_db


@pytest.fixture
def payment():
    with national_scope():
        creance = CreanceFactory()
    return open_payment(creance)


@pytest.fixture
def platform():
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock


def anomalies(payment):
    with caisse_scope(payment.caisse_id):
        return list(Anomalie.objects.order_by("pk"))


def status_of(payment):
    with caisse_scope(payment.caisse_id):
        return Payment.objects.get(pk=payment.pk).status


@pytest.mark.parametrize(
    "said",
    [WRONG_PASSWORD, answer({"amount": 1})],
    ids=["wrong password", "unreadable transaction"],
)
def test_after_a_day_without_an_answer_an_agent_is_told_once(payment, platform, said):
    platform.post(ORDER_GET, json=said)

    check_payment(target(payment), now=NOW + SAID_AFTER - HOUR)
    assert anomalies(payment) == [], "a platform may be down for a while"
    for days in (1, 2, 3):
        check_payment(target(payment), now=NOW + days * SAID_AFTER + HOUR)

    (told,) = anomalies(payment)
    assert (told.kind, told.amount_cents) == ("UNANSWERED", payment.amount_cents)
    assert payment.reference in told.detail
    assert status_of(payment) == "OPEN", "a wrong password is not the person's doing"


def test_one_silence_after_days_of_answers_is_not_a_day_of_silence(payment, platform):
    platform.post(ORDER_GET, json=answer(transaction(payment, status="WAITING_AUTHORISATION")))
    check_payment(target(payment), now=NOW + 3 * DAY)
    platform.replace(responses.POST, ORDER_GET, json=WRONG_PASSWORD)

    check_payment(target(payment), now=NOW + 3 * DAY + HOUR)
    assert anomalies(payment) == []
    check_payment(target(payment), now=NOW + 4 * DAY + HOUR)
    assert [each.kind for each in anomalies(payment)] == ["UNANSWERED"]


def test_an_ended_attempt_is_told_of_only_if_its_answer_makes_no_sense(payment, platform):
    platform.post(ORDER_GET, json=answer(transaction(payment, status="REFUSED")))
    check_payment(target(payment), now=NOW + timedelta(minutes=5))
    platform.replace(responses.POST, ORDER_GET, json=WRONG_PASSWORD)

    check_payment(target(payment), now=NOW + 2 * DAY)
    assert anomalies(payment) == []
    platform.replace(responses.POST, ORDER_GET, json=answer({"amount": 1}))
    check_payment(target(payment), now=NOW + 3 * DAY)
    assert [each.kind for each in anomalies(payment)] == ["UNANSWERED"]


@pytest.mark.parametrize(
    ("age", "too_soon", "late_enough"),
    [
        (HOUR, timedelta(0), timedelta(minutes=2)),
        (7 * HOUR, timedelta(minutes=14), timedelta(minutes=16)),
        (2 * DAY, timedelta(minutes=59), timedelta(minutes=61)),
        (8 * DAY, 23 * HOUR, 25 * HOUR),
    ],
)
def test_the_older_an_attempt_the_slower_it_is_asked_about(
    payment, platform, age, too_soon, late_enough
):
    platform.post(ORDER_GET, json=WRONG_PASSWORD)
    check_payment(target(payment), now=NOW + age)

    if too_soon:
        assert open_payments(now=NOW + age + too_soon) == []
    assert open_payments(now=NOW + age + late_enough) == [target(payment)]


def test_a_bank_that_never_decides_is_an_agents_work_then_is_given_up(payment, platform):
    waiting = transaction(payment, status="UNDER_VERIFICATION")
    platform.post(ORDER_GET, json=answer(waiting))

    assert check_payment(target(payment), now=NOW + PENDING_SAID_AFTER - HOUR) == "PENDING"
    assert anomalies(payment) == []
    assert check_payment(target(payment), now=NOW + PENDING_SAID_AFTER + HOUR) == "PENDING"
    assert check_payment(target(payment), now=NOW + PENDING_SAID_AFTER + DAY) == "PENDING"
    (told,) = anomalies(payment)
    assert told.kind == "UNANSWERED"

    late = NOW + PENDING_ENDS_AFTER + HOUR
    assert check_payment(target(payment), now=late) == "EXPIRED"
    assert open_payments(now=late + 30 * DAY) == [], "nobody asks for ever"


def test_a_shop_that_remits_late_gives_the_bank_as_much_more_time(payment, platform):
    with caisse_scope(payment.caisse_id):
        payment.boutique.capture_delay_days = 30
        payment.boutique.save()
    platform.post(ORDER_GET, json=answer(transaction(payment, status="WAITING_AUTHORISATION")))

    check_payment(target(payment), now=NOW + PENDING_SAID_AFTER + 29 * DAY)
    assert anomalies(payment) == []
    check_payment(target(payment), now=NOW + PENDING_SAID_AFTER + 31 * DAY)
    assert len(anomalies(payment)) == 1


def test_money_told_after_an_attempt_was_given_up_is_booked(payment, platform):
    platform.post(ORDER_GET, json=answer(transaction(payment, status="UNDER_VERIFICATION")))
    check_payment(target(payment), now=NOW + PENDING_ENDS_AFTER + HOUR)
    with caisse_scope(payment.caisse_id):
        Payment.objects.filter(pk=payment.pk).update(closed_at=None)
    platform.replace(responses.POST, ORDER_GET, json=answer(transaction(payment)))

    later = NOW + PENDING_ENDS_AFTER + 2 * HOUR
    assert check_payment(target(payment), now=later) == "PAID"


def test_a_plain_expiry_tells_nobody(payment, platform):
    platform.post(ORDER_GET, json=not_found())

    assert check_payment(target(payment), now=NOW + 2 * DAY) == "EXPIRED"
    assert anomalies(payment) == []
