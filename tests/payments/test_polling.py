"""Asking the platform: lost notifications, time-outs, “not found”, several attempts."""

import json
from datetime import timedelta

import pytest
import requests
import responses

from caf_portal.database.scope import caisse_scope, national_scope
from comptabilite.models import Ecriture
from payments.gateways.base import EXPIRE_AFTER
from payments.models import Payment
from payments.services.polling import (
    Target,
    awaited_payments,
    check_payment,
    open_payments,
)
from payments.services.waiting import request_check
from tests.allocataires.factories import CreanceFactory
from tests.payments.factories import NOW, open_payment

ORDER_GET = "http://127.0.0.1:9/api-payment/V4/Order/Get"
LATER = NOW + timedelta(minutes=5)

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


def target(payment):
    return Target(payment.pk, payment.caisse_id)


def status_of(payment):
    with caisse_scope(payment.caisse_id):
        return Payment.objects.get(pk=payment.pk).status


def transaction(payment, *, status="AUTHORISED", uuid="e" * 32, amount=None, **more):
    return {
        "uuid": uuid,
        "amount": payment.amount_cents if amount is None else amount,
        "currency": "EUR",
        "detailedStatus": status,
        "operationType": "DEBIT",
        "orderDetails": {"orderId": payment.reference},
        "transactionDetails": {"sequenceNumber": 1, "cardDetails": {"effectiveBrand": "CB"}},
        **more,
    }


def answer(*transactions):
    return {"status": "SUCCESS", "mode": "TEST", "answer": {"transactions": list(transactions)}}


def not_found():
    return {
        "status": "ERROR",
        "mode": "TEST",
        "answer": {"errorCode": "PSP_010", "errorMessage": "transaction not found"},
    }


def test_a_payment_whose_notification_was_lost_is_found_and_booked(payment, platform):
    platform.post(ORDER_GET, json=answer(transaction(payment)))

    assert check_payment(target(payment), now=LATER) == "PAID"

    with caisse_scope(payment.caisse_id):
        assert Ecriture.objects.count() == 1
        assert payment.logs.get().cause == "POLL"
    asked = platform.calls[0].request
    assert json.loads(asked.body) == {"orderId": payment.reference}
    assert asked.headers["Authorization"].startswith("Basic ")


def test_every_transaction_under_the_order_is_examined(payment, platform):
    refused = transaction(payment, status="REFUSED", uuid="1" * 32)
    paid = transaction(payment, uuid="2" * 32)
    platform.post(ORDER_GET, json=answer(paid, refused))

    assert check_payment(target(payment), now=LATER) == "PAID"


def test_not_found_inside_http_200_means_never_paid_and_does_not_end_a_young_attempt(
    payment, platform
):
    platform.post(ORDER_GET, json=not_found(), status=200)

    assert check_payment(target(payment), now=LATER) == "OPEN"


def test_not_found_once_the_page_is_dead_expires_the_attempt(payment, platform):
    platform.post(ORDER_GET, json=not_found())

    late = NOW + EXPIRE_AFTER + timedelta(seconds=1)
    assert check_payment(target(payment), now=late) == "EXPIRED"


def test_not_found_after_the_cancel_link_abandons_the_attempt(payment, platform):
    with caisse_scope(payment.caisse_id):
        request_check(payment=payment, cancelled=True, now=NOW + timedelta(seconds=40))
    platform.post(ORDER_GET, json=not_found())

    assert check_payment(target(payment), now=NOW + timedelta(minutes=1)) == "ABANDONED"


@pytest.mark.parametrize(
    "failure",
    [requests.ReadTimeout(), requests.ConnectionError(), requests.TooManyRedirects()],
    ids=lambda failure: type(failure).__name__,
)
def test_a_platform_that_does_not_answer_leaves_the_attempt_as_it_is(payment, platform, failure):
    platform.post(ORDER_GET, body=failure)

    late = NOW + EXPIRE_AFTER * 2
    assert check_payment(target(payment), now=late) is None
    assert status_of(payment) == "OPEN"


@pytest.mark.parametrize(
    "nonsense",
    [
        {},
        [],
        {"status": "SUCCESS", "answer": {}},
        {"status": "SUCCESS", "mode": "PRODUCTION", "answer": {"transactions": []}},
        {"status": "ERROR", "answer": {"errorCode": "INT_905", "errorMessage": "bad credentials"}},
        {"status": "SUCCESS", "mode": "TEST", "answer": {"transactions": [{"amount": 1}]}},
    ],
)
def test_nonsense_is_not_taken_for_not_found(payment, platform, nonsense):
    platform.post(ORDER_GET, json=nonsense)

    late = NOW + EXPIRE_AFTER * 2
    assert check_payment(target(payment), now=late) is None
    assert status_of(payment) == "OPEN"


def test_an_answer_about_another_order_is_not_booked(payment, platform):
    stranger = transaction(payment, orderDetails={"orderId": "ANOTHER"})
    platform.post(ORDER_GET, json=answer(stranger))

    assert check_payment(target(payment), now=LATER) is None
    assert status_of(payment) == "OPEN"


def test_html_instead_of_json_leaves_the_attempt_as_it_is(payment, platform):
    platform.post(ORDER_GET, body="<html>maintenance</html>", status=503)

    assert check_payment(target(payment), now=LATER) is None


def test_another_amount_found_by_the_poll_is_held(payment, platform):
    platform.post(ORDER_GET, json=answer(transaction(payment, amount=1_00)))

    assert check_payment(target(payment), now=LATER) == "HELD"


def test_a_pending_attempt_never_expires_by_our_clock(payment, platform):
    waiting = transaction(payment, status="WAITING_AUTHORISATION")
    platform.post(ORDER_GET, json=answer(waiting))

    assert check_payment(target(payment), now=NOW + timedelta(days=3)) == "PENDING"


def test_two_sweeps_do_not_ask_twice_within_a_moment(payment, platform):
    platform.post(ORDER_GET, json=not_found())

    assert check_payment(target(payment), now=LATER) == "OPEN"
    assert check_payment(target(payment), now=LATER + timedelta(seconds=1)) is None
    assert len(platform.calls) == 1


def test_only_attempts_that_left_a_while_ago_are_polled(payment):
    assert open_payments(now=NOW + timedelta(minutes=1)) == []
    assert open_payments(now=LATER) == [target(payment)]


def test_a_person_who_came_back_is_answered_at_once(payment):
    assert awaited_payments() == []
    with caisse_scope(payment.caisse_id):
        request_check(payment=payment, cancelled=False, now=NOW + timedelta(seconds=20))

    assert awaited_payments() == [target(payment)]
