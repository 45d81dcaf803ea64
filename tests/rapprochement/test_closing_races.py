"""A day closes while somebody writes in it, or twice at once; each race has its control."""

import time
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import DatabaseError

from caf_portal.database.scope import caisse_scope, national_scope
from caisses.models import Caisse
from caisses.models.habilitation import Role
from comptabilite.models import Cloture, Ecriture, Validation
from comptabilite.services.open_days import open_day
from payments.services.invariants import find_breaches, rules
from rapprochement.services import closing
from rapprochement.services.closing import ClosingRefused, close_day
from tests.caisses.factories import agent_of
from tests.comptabilite.factories import add_lines, bare_ecriture
from tests.payments.test_races import PAUSE, at_once
from tests.rapprochement.gateway_rows import file_of

DAY = date(2026, 11, 20)
NEXT_DAY = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)

pytestmark = pytest.mark.usefixtures("committed_db")


@pytest.fixture
def ain():
    caisse_id = Caisse.objects.get(code="011").pk
    with caisse_scope(caisse_id):
        for days in (-1, 0, 1):
            file_of(caisse_id, "JT", DAY + timedelta(days=days))
    return caisse_id


@pytest.fixture
def comptable():
    with national_scope():
        return agent_of("011", role=Role.COMPTABLE, login="comptable")


def close(ain, comptable):
    with caisse_scope(ain):
        return close_day(caisse_id=ain, day_on=DAY, agent=comptable, now=NEXT_DAY)


def close_during_a_booking(ain, comptable):
    """What the closing said there was, and how many écritures it made final."""

    def book():
        with caisse_scope(ain):
            add_lines(bare_ecriture(caisse_id=ain, accounting_on=DAY), (100, 0), (0, 100))
            time.sleep(4 * PAUSE)

    def close_meanwhile():
        time.sleep(PAUSE / 3)
        return close(ain, comptable)

    _booked, cloture = at_once(book, close_meanwhile)
    assert isinstance(cloture, Cloture), cloture
    with national_scope():
        assert Ecriture.objects.count() == 1
        return cloture.ecritures, Validation.objects.count()


def test_a_closing_waits_for_the_booking_under_way_and_counts_it(ain, comptable):
    assert close_during_a_booking(ain, comptable) == (1, 1)
    assert broken_rules() == set()


def test_without_holding_the_books_a_day_closes_on_less_than_what_it_holds(
    ain, comptable, monkeypatch
):
    without_the_locks(monkeypatch)

    assert close_during_a_booking(ain, comptable) == (0, 1)


def test_a_booking_that_comes_while_the_day_closes_goes_to_the_next_one(
    ain, comptable, monkeypatch
):
    slow_to_prove(monkeypatch)

    def book_meanwhile():
        time.sleep(PAUSE / 3)
        with caisse_scope(ain):
            on = open_day(caisse_id=ain, on=DAY)
            add_lines(bare_ecriture(caisse_id=ain, accounting_on=on), (100, 0), (0, 100))
            return on

    cloture, on = at_once(lambda: close(ain, comptable), book_meanwhile)

    assert (cloture.ecritures, on) == (0, DAY + timedelta(days=1))
    assert broken_rules() == set()


def without_the_locks(monkeypatch):
    monkeypatch.setattr(closing, "hold_books", lambda **_said: None)
    monkeypatch.setattr(closing, "one_at_a_time", lambda *_words: None)


def broken_rules():
    """Of those about the books: the files here were written by hand."""
    return {breach.rule for breach in find_breaches()} & {rule.stem for rule in rules_of_books()}


def rules_of_books():
    return [rule for rule in rules() if rule.stem[:5] in {"inv02", "inv11", "inv12", "inv17"}]


def slow_to_prove(monkeypatch):
    real = closing.prove_day

    def slow(**said):
        time.sleep(PAUSE)
        return real(**said)

    monkeypatch.setattr(closing, "prove_day", slow)


def closed_twice_at_once(ain, comptable):
    results = at_once(*(lambda: close(ain, comptable),) * 2)
    with national_scope():
        assert Cloture.objects.count() == 1
    return [result for result in results if isinstance(result, Exception)]


def test_two_closings_at_once_make_one_and_a_sentence(ain, comptable, monkeypatch):
    slow_to_prove(monkeypatch)

    (refused,) = closed_twice_at_once(ain, comptable)

    assert isinstance(refused, ClosingRefused)
    assert "déjà clôturé" in str(refused)


def test_without_holding_the_books_the_database_alone_stops_the_second_closing(
    ain, comptable, monkeypatch
):
    slow_to_prove(monkeypatch)
    without_the_locks(monkeypatch)

    (refused,) = closed_twice_at_once(ain, comptable)

    assert isinstance(refused, DatabaseError)  # one of the two rules, or a deadlock
