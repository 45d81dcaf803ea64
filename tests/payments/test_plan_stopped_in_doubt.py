"""Stopping a plan while the platform has not decided of a due, whatever word it uses for that."""

import pytest
import responses

from caf_portal.database.scope import national_scope
from payments.services.invariants import find_breaches
from payments.services.stopping import PlanNotStopped, PlanToStop, stop_plan
from payments.status import Cause
from tests.allocataires.factories import CreanceFactory
from tests.payments.factories import NOW
from tests.payments.plans import running_plan, standing, states_of, tell, transaction_answer

pytestmark = pytest.mark.django_db
BASE = "http://127.0.0.1:9/api-payment/V4/"


@pytest.fixture
def plan(client):
    with national_scope():
        creance = CreanceFactory()
    return running_plan(client, creance)


def stop_with(plan, *statuses):
    """The platform cancels nothing and goes on saying the same of each due."""
    answers = [transaction_answer(plan, rank, word) for rank, word in enumerate(statuses, start=1)]
    success = {"status": "SUCCESS", "mode": "TEST", "answer": {"transactions": answers}}
    refusal = {"status": "ERROR", "mode": "TEST", "answer": {"errorCode": "PSP_011"}}
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        mock.add(responses.POST, BASE + "Order/Get", json=success)
        mock.add(responses.POST, BASE + "Transaction/Cancel", json=refusal)
        stop_plan(PlanToStop(plan.pk, plan.caisse_id), cause=Cause.AGENT, now=NOW)


@pytest.mark.parametrize(
    "word", ["WAITING_AUTHORISATION", "SUSPENDED", "PARTIALLY_AUTHORISED", "NOUVEAU"]
)
def test_a_due_that_the_platform_may_still_take_keeps_the_plan_from_being_called_stopped(
    plan, word
):
    with pytest.raises(PlanNotStopped):
        stop_with(plan, "CAPTURED", word, "CANCELLED")

    assert standing(plan)[0] == "SCHEDULED"
    assert states_of(plan)[1] == "PLANNED"


def test_a_due_captured_while_the_plan_was_being_stopped_is_paid(client, plan):
    stop_with(plan, "CAPTURED", "CAPTURED", "CANCELLED")

    assert states_of(plan) == ["PAID", "PAID", "CANCELLED"]
    assert standing(plan)[0] == "STOPPED"
    assert find_breaches() == []


def test_a_due_taken_after_the_plan_was_stopped_is_booked(client, plan):
    stop_with(plan, "CAPTURED", "REFUSED", "CANCELLED")

    assert tell(client, plan, 2, vads_trans_status="CAPTURED") == "OK-APPLIED"

    assert states_of(plan) == ["PAID", "PAID", "CANCELLED"]
    assert find_breaches() == []
