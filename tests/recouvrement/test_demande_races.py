"""Two at once on one debt, over real connections; each race has its control."""

import time
from datetime import timedelta

import pytest
from django.db import IntegrityError

from allocataires.models.creance import CreanceQuerySet
from allocataires.states import CreanceState as S
from caf_portal.database.scope import national_scope
from payments.services.invariants import find_breaches
from recouvrement.models import Demande
from recouvrement.models.demande import DemandeQuerySet
from recouvrement.services import deciding, filing
from recouvrement.services.deciding import AlreadyAnswered
from recouvrement.services.demande_sweeps import reject_by_silence, resume_recoveries
from recouvrement.services.filing import AlreadyFiled
from tests.caisses.factories import agent_of
from tests.payments.factories import NOW
from tests.payments.test_races import PAUSE, at_once
from tests.recouvrement.demandes import answer, ask, debt, fresh, history
from tests.scenarios.books import journal

pytestmark = pytest.mark.usefixtures("committed_db")


def slowly(monkeypatch, module, name):
    """Leave the other thread time to reach the same place, just after this one was passed."""
    real = getattr(module, name)

    def slow(*args, **kwargs):
        result = real(*args, **kwargs)
        time.sleep(PAUSE)
        return result

    monkeypatch.setattr(module, name, slow)


def without_locks(monkeypatch):
    """Read the rows as anybody does: nobody waits for anybody."""
    for queryset in (CreanceQuerySet, DemandeQuerySet):
        monkeypatch.setattr(queryset, "locked", lambda self: self.order_by("pk"))


def names(results):
    return sorted(type(result).__name__ for result in results)


def file_twice():
    creance = debt("RSA")
    return creance, at_once(lambda: ask(creance), lambda: ask(creance))


def test_without_the_lock_the_database_alone_stops_the_second_filing(monkeypatch):
    without_locks(monkeypatch)
    slowly(monkeypatch, filing, "foreseen")

    _creance, results = file_twice()

    assert names(results) == ["Demande", "IntegrityError"]
    refused = next(each for each in results if isinstance(each, IntegrityError))
    assert "demande_one_at_a_time" in str(refused)


def test_two_filings_at_once_make_one_and_a_sentence(monkeypatch):
    slowly(monkeypatch, filing, "foreseen")

    creance, results = file_twice()

    assert names(results) == ["AlreadyFiled", "Demande"]
    assert any(isinstance(each, AlreadyFiled) for each in results)
    assert history(creance) == [(S.CONTESTEE, "DEMANDE")]


def decide_twice(monkeypatch, first, second):
    with national_scope():
        agents = [agent_of("011", login=login) for login in ("un", "deux")]
    creance = debt("RSA")
    demande = ask(creance, "REMISE")
    slowly(monkeypatch, deciding, "_refuse_answered")
    results = at_once(
        lambda: answer(agents[0], demande, first, cents=50_00),
        lambda: answer(agents[1], demande, second, cents=60_00),
    )
    return creance, results


def test_without_the_lock_the_database_alone_stops_the_second_movement(monkeypatch):
    without_locks(monkeypatch)

    creance, results = decide_twice(monkeypatch, "PARTIELLE", "PARTIELLE")

    refused = next(each for each in results if isinstance(each, IntegrityError))
    assert "inv04_mouvement_booked_once" in str(refused)
    assert fresh(creance).balance_cents in {190_00, 180_00}


def test_without_the_lock_two_refusals_are_both_given(monkeypatch):
    without_locks(monkeypatch)

    _creance, results = decide_twice(monkeypatch, "REJETEE", "REJETEE")

    assert names(results) == ["Demande", "Demande"], "the control: the second reason wins"


@pytest.mark.parametrize(
    ("first", "second"),
    [("PARTIELLE", "PARTIELLE"), ("PARTIELLE", "REJETEE"), ("REJETEE", "REJETEE")],
)
def test_nobody_answers_twice(monkeypatch, first, second):
    creance, results = decide_twice(monkeypatch, first, second)

    assert names(results) == ["AlreadyAnswered", "Demande"]
    assert any(isinstance(each, AlreadyAnswered) for each in results)
    with national_scope():
        kept = Demande.objects.get()
        moved = creance.mouvements.exclude(kind="IMPLANTATION").count()
    assert moved == (1 if kept.status == "PARTIELLE" else 0)
    assert len(journal()) == 2 * moved
    assert find_breaches() == []


def test_two_sweeps_at_once_reject_and_resume_once():
    creance = debt("RSA")
    ask(creance)
    late = NOW + timedelta(days=90)

    rejected = at_once(lambda: reject_by_silence(now=late), lambda: reject_by_silence(now=late))
    later = late + timedelta(days=30)
    resumed = at_once(lambda: resume_recoveries(now=later), lambda: resume_recoveries(now=later))

    assert sum(rejected) == 1
    assert sum(resumed) == 1
    assert history(creance) == [(S.CONTESTEE, "DEMANDE"), (S.EN_RECOUVREMENT, "DELAI")]
