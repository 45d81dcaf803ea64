"""A chargeback while a refund of the same money is being sent, over real connections."""

import time
from threading import Event

import pytest
from django.db import IntegrityError

from caf_portal.database.scope import national_scope
from payments.models import Affectation, Refund
from payments.models.payment import AffectationQuerySet
from payments.models.refund import RefundQuerySet
from payments.services import refund_failing
from payments.services.invariants import find_breaches
from rapprochement.models import Impaye
from rapprochement.services import chargebacks
from tests.allocataires.factories import CreanceFactory
from tests.payments.refunds import Paid, approve, ask, fresh, pay, send, two_agents
from tests.payments.test_races import PAUSE, at_once
from tests.payments.test_refund_races import slowly
from tests.rapprochement.test_chargebacks import record, told

pytestmark = pytest.mark.usefixtures("committed_db")


def approved_and_charged_back() -> tuple[Paid, Refund, object]:
    with national_scope():
        creance = CreanceFactory()
    paid = pay(creance)
    asker, decider = two_agents()
    refund = approve(decider, ask(asker, paid, 40_00))
    return paid, refund, told(paid, 240_00)


def test_without_the_locks_the_money_is_given_back_and_taken_back(monkeypatch):
    paid, refund, fichier = approved_and_charged_back()
    read = until_given_back(monkeypatch, paid)
    monkeypatch.setattr(AffectationQuerySet, "locked_together", unlocked)
    monkeypatch.setattr(RefundQuerySet, "locked", lambda rows: rows.order_by("pk"))

    with paid.platform.listening():
        _sent, recorded = at_once(lambda: read.wait(10) and send(refund), lambda: record(fichier))

    assert len(paid.platform.credits()) == 1
    # Our books end a refund that the platform made, or the database stops them half-way.
    assert isinstance(recorded, IntegrityError) or fresh(refund).status == "FAILED"


def until_given_back(monkeypatch: pytest.MonkeyPatch, paid: Paid) -> Event:
    """Once the requests were read, which is told, wait until the platform gave the money back."""
    read = Event()
    real = refund_failing.refundable_cents

    def slow(debit):
        cents = real(debit)
        read.set()
        deadline = time.monotonic() + 10
        while not paid.platform.credits() and time.monotonic() < deadline:
            time.sleep(PAUSE / 20)
        return cents

    monkeypatch.setattr(refund_failing, "refundable_cents", slow)
    return read


def unlocked(rows: AffectationQuerySet) -> AffectationQuerySet:
    return rows.select_related("payment", "creance__allocataire").order_by("creance_id")


def test_a_refund_about_to_leave_ends_when_the_chargeback_is_first(monkeypatch):
    paid, refund, fichier = approved_and_charged_back()
    slowly(monkeypatch, refund_failing, "refundable_cents")

    with paid.platform.listening():
        _sent, recorded = at_once(lambda: send(refund), lambda: record(fichier))

    # A request on its way is waited for: the next run records the chargeback.
    assert recorded == 1 or record(fichier) == 1
    with national_scope():
        booked = Impaye.objects.get().status == "ROUVERT"
        assert Affectation.objects.count() == 1
    # Whoever came first, the money left once: given back, or taken back.
    assert booked == (fresh(refund).status == "FAILED")
    assert len(paid.platform.credits()) == (0 if booked else 1)
    assert find_breaches() == []


def test_a_chargeback_waits_while_a_refund_has_no_answer():
    _paid, refund, fichier = approved_and_charged_back()
    with national_scope():
        Refund.objects.filter(pk=refund.pk).update(sent_at=refund.decided_at)

    assert record(fichier) == 0

    with national_scope():
        assert not Impaye.objects.exists()
    assert fresh(refund).status == "SENDING"


def two_workers_record(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """One JRI file, recorded by two workers that both found its line before either wrote."""
    with national_scope():
        creance = CreanceFactory()
    fichier = told(pay(creance), 240_00)
    slowly(monkeypatch, chargebacks, "_find")
    return at_once(lambda: record(fichier), lambda: record(fichier))


def test_two_workers_record_a_chargeback_once(monkeypatch):
    assert sorted(two_workers_record(monkeypatch)) == [0, 1]
    with national_scope():
        assert Impaye.objects.get().status == "ROUVERT"
    assert find_breaches() == []


def test_without_taking_turns_the_database_alone_stops_the_second_worker(monkeypatch):
    monkeypatch.setattr(chargebacks, "one_at_a_time", lambda *_words: None)
    monkeypatch.setattr(chargebacks, "_is_recorded", lambda _line: False)

    results = two_workers_record(monkeypatch)

    assert any(isinstance(each, IntegrityError) for each in results)
