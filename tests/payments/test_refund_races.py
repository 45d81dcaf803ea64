"""Two at once on the last euros, over real connections; each race has its control."""

import time
from datetime import timedelta

import pytest
from django.db import IntegrityError

from caf_portal.database.scope import national_scope
from payments.models import Refund
from payments.services import back_office, refund_sending, refunding
from payments.services.invariants import find_breaches
from payments.services.refund_sending import SILENCE
from payments.services.refunding import AlreadyDecided, RefundableChanged
from tests.allocataires.factories import CreanceFactory
from tests.caisses.factories import agent_of
from tests.payments.refunds import approve, ask, fresh, pay, send, tell, two_agents
from tests.payments.test_races import PAUSE, at_once

pytestmark = pytest.mark.usefixtures("committed_db")
AFTERWARDS = SILENCE + timedelta(seconds=1)


@pytest.fixture
def paid():
    with national_scope():
        creance = CreanceFactory()
    return pay(creance)


def slowly(monkeypatch, module, name):
    """Leave the other thread time to reach the same place, just after this one was passed."""
    real = getattr(module, name)

    def slow(*args, **kwargs):
        result = real(*args, **kwargs)
        time.sleep(PAUSE)
        return result

    monkeypatch.setattr(module, name, slow)


def ask_twice(paid):
    asker, other = two_agents()
    return at_once(
        lambda: ask(asker, paid, 240_00, stated=240_00),
        lambda: ask(other, paid, 240_00, stated=240_00),
    )


def test_without_the_lock_the_database_alone_stops_the_second_request(monkeypatch, paid):
    slowly(monkeypatch, refunding, "refundable_cents")
    monkeypatch.setattr(refunding, "_lock_payment", lambda payment_id: None)

    results = ask_twice(paid)

    assert sorted(type(result) for result in results if not isinstance(result, Refund)) == [
        IntegrityError
    ]
    assert "inv07" in str(next(each for each in results if not isinstance(each, Refund)))


def test_two_requests_at_once_on_the_last_euros_make_one_and_a_sentence(monkeypatch, paid):
    slowly(monkeypatch, refunding, "refundable_cents")

    results = ask_twice(paid)

    assert sorted(type(result).__name__ for result in results) == ["Refund", "RefundableChanged"]
    assert any(isinstance(result, RefundableChanged) for result in results)
    with national_scope():
        assert Refund.objects.count() == 1


def approve_twice(paid):
    asker, first = two_agents()
    with national_scope():
        second = agent_of("011", login="decide-aussi")
    refund = ask(asker, paid, 240_00)
    return refund, at_once(lambda: approve(first, refund), lambda: approve(second, refund))


def unlocked(refund_id):
    return Refund.objects.get(pk=refund_id)


def test_without_the_locks_two_approvals_at_once_both_believe_they_decided(monkeypatch, paid):
    monkeypatch.setattr(refunding, "_locked", unlocked)
    monkeypatch.setattr(refunding, "_lock_payment", lambda payment_id: None)
    slowly(monkeypatch, refunding, "_locked")

    _, results = approve_twice(paid)

    assert all(isinstance(result, Refund) for result in results)


def test_two_approvals_at_once_make_one(monkeypatch, paid):
    slowly(monkeypatch, refunding, "_locked")

    refund, results = approve_twice(paid)

    assert sorted(type(result).__name__ for result in results) == ["AlreadyDecided", "Refund"]
    assert any(isinstance(result, AlreadyDecided) for result in results)
    with paid.platform.listening():
        assert send(refund) == "DONE"
    assert find_breaches() == []


def approved(paid):
    asker, decider = two_agents()
    return approve(decider, ask(asker, paid, 40_00))


def test_without_the_claim_two_workers_give_the_money_back_twice(monkeypatch, paid):
    refund = approved(paid)
    slowly(monkeypatch, refund_sending, "_learn")
    monkeypatch.setattr(refund_sending, "_claim", lambda target, sent_at, *, now: True)

    with paid.platform.listening():
        at_once(lambda: send(refund), lambda: send(refund))

    assert len(paid.platform.credits()) == 2


def test_two_workers_at_once_send_once(monkeypatch, paid):
    refund = approved(paid)
    slowly(monkeypatch, refund_sending, "_learn")

    with paid.platform.listening():
        at_once(lambda: send(refund), lambda: send(refund))

    assert len(paid.platform.credits()) == 1
    assert fresh(refund).status == "DONE"
    assert find_breaches() == []


def test_the_answer_and_the_notification_at_the_same_instant_book_once(monkeypatch, paid):
    refund = approved(paid)
    slowly(monkeypatch, back_office, "settle_refund")
    slowly(monkeypatch, refund_sending, "settle_refund")

    def notified():
        while not paid.platform.credits():
            time.sleep(PAUSE / 20)
        return tell(
            paid,
            vads_operation_type="CREDIT",
            vads_trans_uuid=paid.platform.credits()[0].uuid,
            vads_amount="4000",
            vads_effective_amount="4000",
        )

    with paid.platform.listening():
        results = at_once(lambda: send(refund), notified)

    assert results[0] == "DONE"
    assert results[1] in {"APPLIED", "ALREADY_APPLIED"}
    with national_scope():
        assert Refund.objects.count() == 1
    assert find_breaches() == []
