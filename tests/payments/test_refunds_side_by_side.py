"""Two approved refunds of one transaction: the platform is told of one at a time.

A reduction says what stays, not what goes: computed twice from the same remainder, the second
one would undo the first, and the books would say that both were given back.
"""

from datetime import timedelta

import pytest

from caf_portal.database.scope import national_scope
from payments.models import Refund
from payments.services import refund_sending
from payments.services.invariants import find_breaches
from payments.services.refund_sending import SILENCE
from tests.allocataires.factories import CreanceFactory
from tests.payments.refunds import approve, ask, fresh, pay, send, two_agents
from tests.payments.test_races import at_once
from tests.payments.test_refund_races import slowly

pytestmark = pytest.mark.usefixtures("committed_db")
AFTERWARDS = SILENCE + timedelta(seconds=1)


@pytest.fixture
def paid():
    with national_scope():
        creance = CreanceFactory()
    return pay(creance, status="AUTHORISED")


def two_refunds(paid, *cents):
    asker, decider = two_agents()
    asked = [ask(asker, paid, each) for each in cents]
    return [approve(decider, refund) for refund in asked]


def kept_in_the_books(paid):
    with national_scope():
        done = Refund.objects.filter(status="DONE").values_list("amount_cents", flat=True)
        return paid.payment.amount_cents - sum(done)


@pytest.mark.parametrize("sizes", [(20_00, 40_00), (40_00, 200_00)])
def test_two_reductions_at_once_leave_at_the_platform_what_the_books_say(monkeypatch, paid, sizes):
    refunds = two_refunds(paid, *sizes)
    slowly(monkeypatch, refund_sending, "kept_cents")

    with paid.platform.listening():
        at_once(*(lambda each=each: send(each) for each in refunds))
        for later in (1, 2):
            for each in refunds:
                send(each, after=AFTERWARDS * later)

    debit = paid.platform.find(paid.uuid)
    at_platform = 0 if debit.status == "CANCELLED" else debit.amount
    assert kept_in_the_books(paid) == at_platform
    assert {fresh(each).status for each in refunds} == {"DONE"}
    assert find_breaches() == []


def test_without_taking_turns_two_reductions_undo_one_another(monkeypatch, paid):
    refunds = two_refunds(paid, 20_00, 40_00)
    slowly(monkeypatch, refund_sending, "kept_cents")
    monkeypatch.setattr(refund_sending, "_another_is_told", lambda mine: False)

    with paid.platform.listening():
        at_once(*(lambda each=each: send(each) for each in refunds))

    assert kept_in_the_books(paid) < paid.platform.find(paid.uuid).amount


def test_a_lost_answer_of_the_first_is_learnt_before_the_second_is_sent(paid):
    first, second = two_refunds(paid, 20_00, 40_00)
    paid.platform.trouble = "lost"

    with paid.platform.listening():
        assert send(first) == "SENDING"
        assert send(second) == "DONE"

    assert fresh(first).status == "DONE", "asking about the order told of the first one"
    assert kept_in_the_books(paid) == paid.platform.find(paid.uuid).amount


def test_a_refund_that_waits_for_its_turn_is_found_by_the_next_sweep(paid):
    first, second = two_refunds(paid, 20_00, 40_00)
    paid.platform.trouble = "never"

    with paid.platform.listening():
        assert send(first) == "SENDING"
        assert send(second) == "SENDING"
        assert fresh(second).sent_at is None, "never told: it waits for the first one's end"
        assert send(first, after=AFTERWARDS) == "DONE"
        assert send(second, after=AFTERWARDS) == "DONE"

    assert kept_in_the_books(paid) == paid.platform.find(paid.uuid).amount
    assert find_breaches() == []
