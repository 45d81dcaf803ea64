"""An écriture is reversed once, with a reason, and only where nothing else corrects it."""

import time
from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError

from caf_portal.database.scope import caisse_scope, national_scope
from caisses.models import Caisse
from caisses.models.habilitation import Role
from comptabilite.models import Cloture, Ecriture
from comptabilite.services import reversing
from comptabilite.services.lettering import letter
from comptabilite.services.reversing import ReversalRefused, may_be_reversed, reverse_ecriture
from tests.caisses.factories import agent_of
from tests.comptabilite.factories import NOW, add_lines, bare_ecriture
from tests.payments.test_races import PAUSE, at_once

DAY = date(2026, 11, 20)
LATER = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture
def ain():
    return Caisse.objects.get(code="011").pk


def accountant():
    with national_scope():
        return agent_of("011", role=Role.COMPTABLE, login="comptable")


def a_gap(ain, event="GAP_LOSS"):
    """A small difference written off."""
    with caisse_scope(ain):
        ecriture = bare_ecriture(caisse_id=ain, event=event, label="Écart")
        add_lines(ecriture, (300, 0), (0, 100), (0, 200))
        return ecriture


def reverse(ain, ecriture, agent, *, reason="Erreur", now=LATER):
    with caisse_scope(ain):
        return reverse_ecriture(ecriture_id=ecriture.pk, reason=reason, agent=agent, now=now)


def sides(ecriture):
    with national_scope():
        return list(ecriture.lignes.order_by("position").values_list("debit_cents", "credit_cents"))


@pytest.mark.django_db
def test_a_reversal_has_the_same_lines_with_sides_changed_on_the_first_open_day(ain):
    original = a_gap(ain)

    reversal = reverse(ain, original, accountant())

    assert sides(reversal) == [(100, 0), (200, 0), (0, 300)]
    assert (reversal.reverses, reversal.reason) == (original, "Erreur")
    assert (reversal.source_id, reversal.event) == (original.source_id, original.event)
    assert (reversal.origin_on, reversal.accounting_on) == (date(2026, 11, 23),) * 2
    with national_scope():
        assert Ecriture.objects.get(pk=original.pk).accounting_on == DAY
    assert sides(original) == [(300, 0), (0, 100), (0, 200)]


@pytest.mark.django_db
def test_a_reversal_of_the_day_of_its_original_goes_past_the_closed_days(ain):
    original = a_gap(ain)
    with caisse_scope(ain):
        Cloture.objects.create(
            caisse_id=ain, periode="JOUR", first_on=DAY, last_on=DAY, closed_at=LATER
        )

    reversal = reverse(ain, original, accountant(), now=NOW)

    assert (reversal.origin_on, reversal.accounting_on) == (DAY, date(2026, 11, 21))


@pytest.mark.django_db
def test_it_is_reversed_once_and_a_reversal_never(ain):
    original, agent = a_gap(ain), accountant()
    reversal = reverse(ain, original, agent)

    with pytest.raises(ReversalRefused, match="déjà contrepassée"):
        reverse(ain, original, agent)
    with pytest.raises(ReversalRefused, match="ne se contrepasse pas"):
        reverse(ain, reversal, agent)
    with caisse_scope(ain):
        assert not may_be_reversed(original, agent)


@pytest.mark.django_db
@pytest.mark.parametrize("event", ["CARD_PAYMENT", "CHARGEBACK", "WITHHOLDING", "REMITTANCE"])
def test_what_has_its_own_way_back_is_not_reversed_by_hand(ain, event):
    original, agent = a_gap(ain, event), accountant()

    with pytest.raises(ReversalRefused, match="se corrige à sa source"):
        reverse(ain, original, agent)
    with caisse_scope(ain):
        assert not may_be_reversed(original, agent)


@pytest.mark.django_db
def test_it_takes_a_reason_and_the_accountant_of_the_fund(ain):
    original = a_gap(ain)
    with national_scope():
        agent, other = agent_of("011"), agent_of("331", role=Role.COMPTABLE)

    with pytest.raises(ReversalRefused, match="motif"):
        reverse(ain, original, accountant(), reason="  ")
    for somebody in (agent, other):
        with pytest.raises(ReversalRefused, match="comptable de cette caisse"):
            reverse(ain, original, somebody)


@pytest.mark.django_db
def test_lines_that_were_lettered_are_open_again(ain):
    original = a_gap(ain)
    with caisse_scope(ain):
        answered = a_gap(ain, "GAP_GAIN")
        lines = [original.lignes.get(position=1), *answered.lignes.filter(position__gt=1)]
        lettrage = letter(
            caisse_id=ain,
            compte_id=lines[0].compte_id,
            ligne_ids=[line.pk for line in lines],
            reason="essai",
            now=NOW,
        )

    reverse(ain, original, accountant())

    with national_scope():
        lettrage.refresh_from_db()
        assert lettrage.undone_reason == "Contrepassation : Erreur"
        assert not lettrage.lignes.filter(live=True).exists()


def slow_before_writing(monkeypatch):
    real = reversing.open_day

    def slow(**said):
        time.sleep(PAUSE)
        return real(**said)

    monkeypatch.setattr(reversing, "open_day", slow)


def reversed_twice_at_once(ain):
    original, agent = a_gap(ain), accountant()
    results = at_once(*(lambda: reverse(ain, original, agent),) * 2)
    with national_scope():
        assert Ecriture.objects.filter(reverses=original).count() == 1
    return [result for result in results if isinstance(result, Exception)]


@pytest.mark.usefixtures("committed_db")
def test_two_reversals_at_once_make_one_and_a_sentence(ain, monkeypatch):
    slow_before_writing(monkeypatch)

    (refused,) = reversed_twice_at_once(ain)

    assert isinstance(refused, ReversalRefused)


@pytest.mark.usefixtures("committed_db")
def test_without_taking_turns_the_database_alone_stops_the_second_reversal(ain, monkeypatch):
    slow_before_writing(monkeypatch)
    monkeypatch.setattr(reversing, "one_at_a_time", lambda *_words: None)

    (refused,) = reversed_twice_at_once(ain)

    assert isinstance(refused, IntegrityError)
