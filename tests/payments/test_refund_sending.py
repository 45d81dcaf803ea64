"""Sending a refund: time-outs ask before they retry, a killed process loses nothing."""

from datetime import timedelta

import pytest

from caf_portal.database.scope import national_scope
from comptabilite.models import Anomalie
from payments.models import Refund
from payments.services import refund_sending
from payments.services.invariants import find_breaches
from payments.services.refund_sending import SILENCE, RefundTarget, refunds_on_their_way
from tests.allocataires.factories import CreanceFactory
from tests.payments.refunds import LATER, approve, ask, fresh, pay, send, two_agents

pytestmark = pytest.mark.django_db
AFTERWARDS = SILENCE + timedelta(seconds=1)


@pytest.fixture
def paid():
    with national_scope():
        creance = CreanceFactory()
    return pay(creance)


@pytest.fixture
def refund(paid):
    asker, decider = two_agents()
    asked = ask(asker, paid, 40_00)
    return approve(decider, asked)


def moves(paid):
    return [name for name in paid.platform.asked if not name.endswith("Get")]


def test_an_approved_refund_is_found_by_the_sweep_and_nothing_else_is(paid, refund):
    target = RefundTarget(refund.pk, refund.caisse_id)
    assert refunds_on_their_way(now=LATER) == [target]
    with paid.platform.listening():
        assert send(refund) == "DONE"

    assert refunds_on_their_way(now=LATER + timedelta(days=1)) == []


def test_an_answer_lost_after_the_refund_was_made_is_found_and_not_sent_again(paid, refund):
    paid.platform.trouble = "lost"
    with paid.platform.listening():
        assert send(refund) == "SENDING"
        assert send(refund, after=timedelta(seconds=30)) is None
        assert send(refund, after=AFTERWARDS) == "DONE"

    assert moves(paid) == ["Transaction/CancelOrRefund"]
    assert len(paid.platform.credits()) == 1
    assert find_breaches() == []


def test_a_request_that_never_arrived_is_sent_again_once_that_is_known(paid, refund):
    paid.platform.trouble = "never"
    with paid.platform.listening():
        assert send(refund) == "SENDING"
        assert send(refund, after=AFTERWARDS) == "DONE"

    assert moves(paid) == ["Transaction/CancelOrRefund"] * 2
    assert len(paid.platform.credits()) == 1
    assert find_breaches() == []


@pytest.mark.parametrize(("status", "kind"), [("AUTHORISED", "REDUCTION"), ("CAPTURED", "REFUND")])
def test_a_lost_answer_is_found_whatever_the_way(status, kind):
    with national_scope():
        creance = CreanceFactory()
    paid = pay(creance, status=status)
    asker, decider = two_agents()
    refund = approve(decider, ask(asker, paid, 40_00))
    paid.platform.trouble = "lost"

    with paid.platform.listening():
        send(refund)
        assert send(refund, after=AFTERWARDS) == "DONE"

    assert fresh(refund).kind == kind
    assert len(moves(paid)) == 1
    assert find_breaches() == []


def test_a_lost_cancellation_is_found():
    with national_scope():
        creance = CreanceFactory()
    promised = pay(creance, status="AUTHORISED")
    asker, decider = two_agents()
    refund = approve(decider, ask(asker, promised, 240_00))
    promised.platform.trouble = "lost"

    with promised.platform.listening():
        send(refund)
        assert send(refund, after=AFTERWARDS) == "DONE"

    assert (fresh(refund).kind, fresh(refund).origin) == ("CANCELLATION", "PORTAL")
    assert promised.reload().status == "REFUNDED"


def test_a_platform_that_cannot_be_asked_is_not_sent_anything(paid, refund):
    paid.platform.trouble = "down"
    with paid.platform.listening():
        assert send(refund) is None

    assert fresh(refund).sent_at is None
    assert refunds_on_their_way(now=LATER) != []


def test_a_refund_that_cannot_leave_is_tried_slowly_and_said_after_a_day(paid, refund):
    paid.platform.trouble = "down"
    with paid.platform.listening():
        send(refund, after=timedelta(hours=1))
        assert refunds_on_their_way(now=LATER + timedelta(hours=1, seconds=5)) == []
        with national_scope():
            assert not Anomalie.objects.exists()
        for days in (2, 3):
            send(refund, after=timedelta(days=days))

    with national_scope():
        told = Anomalie.objects.get()
    assert (told.kind, told.subject) == (
        "UNANSWERED",
        f"{paid.payment.reference} remboursement {refund.pk}",
    )


def test_a_refund_that_the_platform_makes_later_is_not_sent_again(paid, refund):
    paid.platform.credit_status = "REFUND_TO_RETRY"
    with paid.platform.listening():
        assert send(refund) == "SENDING"
        assert send(refund, after=AFTERWARDS) == "SENDING"
        paid.platform.credits()[0].status = "AUTHORISED"
        assert send(refund, after=AFTERWARDS * 2) == "DONE"

    assert len(moves(paid)) == 1
    assert find_breaches() == []


def test_a_lost_answer_about_a_later_refund_is_not_sent_again_either(paid, refund):
    paid.platform.credit_status, paid.platform.trouble = "REFUND_TO_RETRY", "lost"
    with paid.platform.listening():
        assert send(refund) == "SENDING"
        assert send(refund, after=AFTERWARDS) == "SENDING"

    assert len(moves(paid)) == 1
    assert fresh(refund).gateway_id is not None


def test_a_later_refund_that_fails_is_said_and_frees_its_amount(paid, refund):
    paid.platform.credit_status = "REFUND_TO_RETRY"
    with paid.platform.listening():
        send(refund)
        paid.platform.credits()[0].status = "REFUSED"
        assert send(refund, after=AFTERWARDS) == "FAILED"

    with national_scope():
        assert Anomalie.objects.get().kind == "REFUND_FAILED"
    assert ask(refund.asked_by, paid, 240_00).status == "ASKED"


@pytest.mark.parametrize("code", ["PSP_083", "PSP_043", "PSP_011", "PSP_999"])
def test_a_refusal_ends_the_refund_and_tells_an_agent(paid, refund, code):
    paid.platform.refusal = code
    with paid.platform.listening():
        assert send(refund) == "FAILED"

    assert code in fresh(refund).gateway_error
    with national_scope():
        anomalie = Anomalie.objects.get()
    assert (anomalie.kind, anomalie.amount_cents) == ("REFUND_FAILED", 40_00)
    assert paid.reload().status == "PAID"
    assert find_breaches() == []


def test_a_credit_refused_at_once_ends_the_refund(paid, refund):
    paid.platform.credit_status = "REFUSED"
    with paid.platform.listening():
        assert send(refund) == "FAILED"

    assert find_breaches() == []


def test_what_the_platform_did_meanwhile_is_learnt_before_sending(paid, refund):
    paid.platform.credit(paid.uuid, 240_00)
    with paid.platform.listening():
        assert send(refund) == "FAILED"

    assert moves(paid) == []
    with national_scope():
        assert Refund.objects.get(status="DONE").origin == "PLATFORM"
    assert paid.reload().status == "REFUNDED"
    assert find_breaches() == []


class Killed(BaseException):
    """The process ends here."""


@pytest.mark.parametrize("at", ["_claim", "_send", "_apply"])
def test_a_process_killed_anywhere_leaves_a_refund_that_ends_once(paid, refund, monkeypatch, at):
    def die(*args, **kwargs):
        raise Killed

    with monkeypatch.context() as patch, paid.platform.listening():
        patch.setattr(refund_sending, at, die)
        with pytest.raises(Killed):
            send(refund)
    assert fresh(refund).status == "SENDING"

    with paid.platform.listening():
        assert send(refund, after=AFTERWARDS) == "DONE"

    assert len(paid.platform.credits()) == 1
    assert find_breaches() == []
