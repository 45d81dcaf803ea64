"""Days pass: silence rejects, a notice is given, recovery resumes; each once."""

from datetime import UTC, date, datetime, timedelta

import pytest

from allocataires.services.etapes import Why, move_creance
from allocataires.states import CreanceState as S
from allocataires.transitions import EtapeCause
from caf_portal.database.scope import national_scope
from payments.services.invariants import find_breaches
from recouvrement.models import Demande
from recouvrement.services.demande_sweeps import (
    announce_recoveries,
    reject_by_silence,
    resume_recoveries,
)
from relation_usager.models import Message
from tests.caisses.factories import agent_of
from tests.payments.factories import NOW
from tests.recouvrement.demandes import answer, ask, debt, fresh, history, withdraw

pytestmark = pytest.mark.django_db


def paris_noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 11, tzinfo=UTC)


@pytest.fixture
def agent():
    with national_scope():
        return agent_of("011")


def kept(demande):
    with national_scope():
        return Demande.objects.get(pk=demande.pk)


def told(kind):
    with national_scope():
        return list(Message.objects.filter(kind=kind).order_by("pk"))


@pytest.mark.parametrize(
    ("instant", "rejected"),
    [
        # The last day of an appeal filed on 20 November is 20 January, until midnight in Paris.
        (datetime(2027, 1, 20, 22, 30, tzinfo=UTC), 0),
        (datetime(2027, 1, 20, 22, 59, 59, tzinfo=UTC), 0),
        (datetime(2027, 1, 20, 23, 0, tzinfo=UTC), 1),
        (datetime(2027, 1, 20, 23, 30, tzinfo=UTC), 1),
    ],
)
def test_silence_rejects_once_the_last_day_is_over_in_paris(instant, rejected):
    demande = ask(debt("RSA"))

    assert reject_by_silence(now=instant) == rejected

    assert kept(demande).status == ("SANS_REPONSE" if rejected else "DEPOSEE")
    assert len(told("DEMANDE_DECIDED")) == rejected


def test_silence_rejects_once_and_tells_the_day_of_recovery():
    demande = ask(debt("RSA"))
    late = paris_noon(date(2027, 1, 21))

    assert (reject_by_silence(now=late), reject_by_silence(now=late)) == (1, 0)

    assert kept(demande).resume_on == date(2027, 1, 28)
    (message,) = told("DEMANDE_DECIDED")
    assert message.context["resume_on"] == "2027-01-28"


def test_what_was_answered_is_not_rejected_by_silence(agent):
    demande = ask(debt("RSA"))
    answer(agent, demande, "REJETEE")

    assert reject_by_silence(now=paris_noon(date(2027, 6, 1))) == 0


def test_recovery_resumes_on_its_day_and_not_before(agent):
    creance = debt("RSA")
    demande = answer(agent, ask(creance), "REJETEE")
    day = demande.resume_on

    assert resume_recoveries(now=paris_noon(day - timedelta(days=1))) == 0
    assert fresh(creance).state == S.CONTESTEE
    assert resume_recoveries(now=paris_noon(day)) == 1
    assert resume_recoveries(now=paris_noon(day)) == 0

    assert history(creance) == [(S.CONTESTEE, "DEMANDE"), (S.EN_RECOUVREMENT, "DELAI")]
    assert find_breaches() == []


def test_a_rectification_rejected_by_silence_leaves_two_more_months():
    creance = debt("PF", notified_on=date(2026, 11, 3), state=S.NOTIFIEE)
    ask(creance, "RECTIFICATION")

    reject_by_silence(now=paris_noon(date(2026, 12, 22)))

    assert resume_recoveries(now=paris_noon(date(2027, 2, 22))) == 0
    assert resume_recoveries(now=paris_noon(date(2027, 2, 23))) == 1
    assert fresh(creance).state == S.NOTIFIEE


def test_a_second_demande_that_waits_keeps_the_debt_stopped(agent):
    creance = debt("RSA")
    answer(agent, ask(creance, "REMISE"), "REJETEE")
    contest = ask(creance, "RECOURS")

    assert resume_recoveries(now=paris_noon(date(2026, 12, 15))) == 0
    withdraw(contest, now=paris_noon(date(2026, 12, 15)))
    assert resume_recoveries(now=paris_noon(date(2026, 12, 21))) == 0
    assert resume_recoveries(now=paris_noon(date(2026, 12, 22))) == 1

    assert fresh(creance).state == S.EN_RECOUVREMENT


def test_what_an_agent_suspended_afterwards_is_not_resumed_by_a_sweep(agent):
    creance = debt("RSA")
    answer(agent, ask(creance), "REJETEE")
    with national_scope():
        move_creance(fresh(creance), S.SUSPENDUE, why=Why(EtapeCause.AGENT, "Décès."), now=NOW)

    assert resume_recoveries(now=paris_noon(date(2027, 1, 1))) == 0
    assert announce_recoveries(now=paris_noon(date(2026, 11, 25))) == 0
    assert fresh(creance).state == S.SUSPENDUE


def test_the_notice_is_given_once_in_the_six_days_before():
    creance = debt("PF", notified_on=date(2026, 11, 3))
    demande = ask(creance, "RECTIFICATION")
    reject_by_silence(now=paris_noon(date(2026, 12, 22)))
    assert kept(demande).resume_on == date(2027, 2, 23)

    announce_recoveries(now=paris_noon(date(2027, 2, 16)))
    assert told("RECOVERY_RESUMES") == []
    announce_recoveries(now=paris_noon(date(2027, 2, 17)))
    announce_recoveries(now=paris_noon(date(2027, 2, 18)))

    (message,) = told("RECOVERY_RESUMES")
    assert message.context["resume_on"] == "2027-02-23"


def test_a_remission_of_nothing_left_is_closed_without_a_letter():
    creance = debt("RSA")
    demande = ask(creance, "REMISE")
    with national_scope():
        creance.mouvements.create(
            caisse_id=creance.caisse_id,
            kind="CHEQUE",
            sens="BAISSE",
            amount_cents=240_00,
            value_on=date(2026, 12, 1),
            recorded_at=paris_noon(date(2026, 12, 1)),
        )

    assert reject_by_silence(now=paris_noon(date(2027, 1, 25))) == 1

    assert kept(demande).status == "SANS_REPONSE"
    assert told("DEMANDE_DECIDED") == []
    assert fresh(creance).state == S.SOLDEE
    assert resume_recoveries(now=paris_noon(date(2027, 3, 1))) == 0
