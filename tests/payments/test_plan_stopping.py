"""Cancelling what remains of a plan: at the platform first, then here."""

import json

import pytest
import responses
from django.test import Client

from caf_portal.database.scope import caisse_scope, national_scope
from payments.gateways.base import GatewayTimeout, GatewayUnreachable
from payments.models import PaymentLog
from payments.services.invariants import find_breaches
from payments.services.stopping import PlanNotRunning, PlanNotStopped, PlanToStop, stop_plan
from payments.status import Cause
from relation_usager.models import Message
from tests.allocataires.factories import CreanceFactory
from tests.payments.factories import NOW
from tests.payments.plans import (
    agreed_plan,
    refuse,
    running_plan,
    standing,
    states_of,
    tell,
    transaction_answer,
    uuid_of,
)

REST = "http://127.0.0.1:9/api-payment/V4/"

pytestmark = pytest.mark.django_db


class Platform:
    """What the platform holds of one plan; it cancels what it is told to."""

    def __init__(self, payment, *statuses: str) -> None:
        self.payment, self.statuses = payment, list(statuses)
        self.stubborn: set[int] = set()
        self.cancelled: list[int] = []

    def order(self, _request):
        found = [
            transaction_answer(self.payment, rank, status)
            for rank, status in enumerate(self.statuses, start=1)
        ]
        return _ok({"transactions": found})

    def get(self, request):
        return _ok(self._of(json.loads(request.body)["uuid"]))

    def cancel(self, request):
        uuid = json.loads(request.body)["uuid"]
        rank = self._rank(uuid)
        if rank in self.stubborn:
            said = {"errorCode": "PSP_011", "errorMessage": "wrong status"}
            return 200, {}, json.dumps({"status": "ERROR", "mode": "TEST", "answer": said})
        self.statuses[rank - 1] = "CANCELLED"
        self.cancelled.append(rank)
        return _ok(self._of(uuid))

    def _of(self, uuid):
        rank = self._rank(uuid)
        return transaction_answer(self.payment, rank, self.statuses[rank - 1])

    def _rank(self, uuid):
        ranks = range(1, len(self.statuses) + 1)
        return next(rank for rank in ranks if uuid_of(self.payment, rank) == uuid)


def _ok(answer):
    return 200, {}, json.dumps({"status": "SUCCESS", "mode": "TEST", "answer": answer})


@pytest.fixture
def payment(client: Client):
    with national_scope():
        creance = CreanceFactory(initial_cents=100_00)
    return running_plan(client, creance)


@pytest.fixture
def mock():
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock


@pytest.fixture
def platform(payment, mock):
    double = Platform(payment, "AUTHORISED", "WAITING_AUTHORISATION", "WAITING_AUTHORISATION")
    mock.add_callback(responses.POST, f"{REST}Order/Get", double.order)
    mock.add_callback(responses.POST, f"{REST}Transaction/Get", double.get)
    mock.add_callback(responses.POST, f"{REST}Transaction/Cancel", double.cancel)
    return double


def stop(payment, cause=Cause.PERSON):
    stop_plan(PlanToStop(payment.pk, payment.caisse_id), cause=cause, now=NOW)


def test_every_due_to_come_is_cancelled_at_the_platform_and_here(payment, platform):
    stop(payment)

    assert platform.cancelled == [2, 3]
    assert states_of(payment) == ["PAID", "CANCELLED", "CANCELLED"]
    assert standing(payment) == ("STOPPED", "STOPPED")
    with caisse_scope(payment.caisse_id):
        last = PaymentLog.objects.order_by("-pk").first()
        assert (last.to_status, last.cause) == ("STOPPED", "PERSON")
        said = Message.objects.get(kind="PLAN_STOPPED")
        assert said.context["amount_cents"] == 66_67
    assert find_breaches() == []


def test_a_refused_due_is_given_up_too_and_what_is_left_is_still_owed(client, payment, platform):
    refuse(client, payment, 2)
    platform.statuses[1] = "REFUSED"

    stop(payment, cause=Cause.AGENT)

    assert platform.cancelled == [3]
    assert states_of(payment) == ["PAID", "CANCELLED", "CANCELLED"]
    with caisse_scope(payment.caisse_id):
        (row,) = payment.affectations.select_related("creance")
        assert row.creance.balance_cents == 66_67


def test_a_due_debited_at_that_very_moment_is_booked_and_kept(payment, platform):
    platform.statuses[1] = "AUTHORISED"

    stop(payment)

    assert platform.cancelled == [3]
    assert states_of(payment) == ["PAID", "PAID", "CANCELLED"]
    assert standing(payment) == ("STOPPED", "STOPPED")
    assert find_breaches() == []


def test_a_due_that_the_platform_keeps_leaves_the_plan_running(payment, platform):
    platform.stubborn = {3}

    with pytest.raises(PlanNotStopped):
        stop(payment)

    assert states_of(payment) == ["PAID", "CANCELLED", "PLANNED"]
    assert standing(payment) == ("SCHEDULED", "ACTIVE")

    platform.stubborn = set()
    stop(payment)

    assert standing(payment) == ("STOPPED", "STOPPED")


def test_a_platform_that_cannot_be_asked_stops_nothing(payment, mock):
    mock.post(f"{REST}Order/Get", body="<html>", status=503)

    with pytest.raises(GatewayUnreachable):
        stop(payment)

    assert states_of(payment) == ["PAID", "PLANNED", "PLANNED"]
    assert standing(payment) == ("SCHEDULED", "ACTIVE")


def test_a_time_out_on_the_cancellation_is_no_proof_and_may_be_tried_again(
    payment, platform, monkeypatch
):
    with monkeypatch.context() as patch:
        patch.setattr("payments.gateways.payzen.rest.RestClient.cancel", _late(platform))
        with pytest.raises(GatewayTimeout):
            stop(payment)
    assert standing(payment) == ("SCHEDULED", "ACTIVE")

    stop(payment)

    assert states_of(payment) == ["PAID", "CANCELLED", "CANCELLED"]
    assert platform.cancelled == [2, 3]


def _late(platform):
    def cancel(self, uuid, **_more):
        platform.statuses[platform._rank(uuid) - 1] = "CANCELLED"
        platform.cancelled.append(platform._rank(uuid))
        raise GatewayTimeout("Transaction/Cancel: no answer in time")

    return cancel


def test_stopping_twice_is_stopping_once(payment, platform):
    stop(payment)
    stop(payment)

    assert platform.cancelled == [2, 3]
    with caisse_scope(payment.caisse_id):
        assert PaymentLog.objects.filter(to_status="STOPPED").count() == 1


def test_money_that_comes_after_all_is_booked_and_the_plan_stays_stopped(client, payment, platform):
    stop(payment)

    assert tell(client, payment, 2, vads_trans_uuid="cd" * 16) == "OK-APPLIED"

    assert states_of(payment) == ["PAID", "PAID", "CANCELLED"]
    assert standing(payment) == ("STOPPED", "STOPPED")
    assert find_breaches() == []


def test_a_plan_that_never_started_or_is_over_has_nothing_to_stop(client, payment):
    with national_scope():
        creance = CreanceFactory(initial_cents=100_00)
    other = agreed_plan(creance)
    tell(client, payment, 2)
    tell(client, payment, 3)

    for each in (payment, other):
        with pytest.raises(PlanNotRunning):
            stop(each)
