"""Asking about a debt: what stops at that second, and what never does."""

from datetime import UTC, date, datetime, timedelta

import pytest

from allocataires.models import Creance, Etape
from allocataires.queries import recovery_is_stopped
from allocataires.session import Debtor
from allocataires.states import CreanceState as S
from caf_portal.database.scope import caisse_scope, national_scope
from payments.services.invariants import find_breaches
from recouvrement.models import Demande
from recouvrement.models.demande import DemandeKind
from recouvrement.services.filing import (
    AlreadyFiled,
    Asking,
    FraudExcludes,
    NothingToAsk,
    NotOffered,
    NotWaiting,
    file_demande,
)
from recouvrement.services.suspension import resumes_on, stop_of, stopped_until
from relation_usager.models import Message
from tests.allocataires.factories import CreanceFactory
from tests.payments.factories import NOW
from tests.recouvrement.demandes import ask, debt, fresh, history, move, withdraw

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("famille", "kind", "state"),
    [
        ("RSA", "RECOURS", S.CONTESTEE),
        ("RSA", "REMISE", S.SUSPENDUE),
        ("PPA", "RECOURS", S.CONTESTEE),
        ("PPA", "REMISE", S.SUSPENDUE),
        ("PF", "RECOURS", S.EN_RECOUVREMENT),
        ("PF", "REMISE", S.EN_RECOUVREMENT),
        ("AL", "RECOURS", S.EN_RECOUVREMENT),
        ("NOEL", "RECOURS", S.EN_RECOUVREMENT),
        ("NOEL", "REMISE", S.EN_RECOUVREMENT),
    ],
)
def test_a_demande_stops_recovery_where_the_law_says_so_and_nowhere_else(famille, kind, state):
    creance = debt(famille, notified_on=date(2026, 11, 3))

    demande = ask(creance, kind)

    assert fresh(creance).state == state
    assert demande.suspends is (state != S.EN_RECOUVREMENT)
    assert recovery_is_stopped(fresh(creance)) is demande.suspends
    assert find_breaches() == []


def test_what_is_stopped_is_found_by_whoever_reminds_or_debits():
    stopped, running = debt("RSA"), debt("PF")
    ask(stopped)

    with national_scope():
        assert list(Creance.objects.recovery_stopped()) == [stopped]
    assert recovery_is_stopped(fresh(running)) is False


@pytest.mark.parametrize("famille", ["PF", "AL", "PPA"])
def test_a_rectification_asked_in_time_stops_recovery_until_two_months_after_silence(famille):
    creance = debt(famille, notified_on=date(2026, 11, 3), state=S.NOTIFIEE)

    demande = ask(creance, "RECTIFICATION")

    assert fresh(creance).state == S.RECTIFICATION
    assert demande.back_to == S.NOTIFIEE
    # A month from 20 November falls on a Sunday, two more on a Sunday again: working days.
    assert demande.answer_due_on == date(2026, 12, 21)
    with national_scope():
        assert resumes_on(fresh(creance)) is None
        assert stopped_until(stop_of(fresh(creance)), None) == date(2027, 2, 22)


def test_a_late_rectification_of_a_family_benefit_is_accepted_and_stops_nothing():
    creance = debt("PF", notified_on=date(2026, 10, 1))

    demande = ask(creance, "RECTIFICATION")

    assert demande.suspends is False
    assert fresh(creance).state == S.EN_RECOUVREMENT


def test_a_late_rectification_of_prime_d_activite_is_a_claim_and_stops():
    creance = debt("PPA", notified_on=date(2026, 1, 5))
    move(creance, S.MISE_EN_DEMEURE)

    demande = ask(creance, "RECTIFICATION")

    assert demande.suspends is True
    assert demande.back_to == S.MISE_EN_DEMEURE
    assert fresh(creance).state == S.CONTESTEE, "a formal notice is not rectified: contested"


@pytest.mark.parametrize(
    ("instant", "in_time"),
    [
        # 20 days after 3 November is Monday 23: until midnight in Paris, 23:00 UTC.
        (datetime(2026, 11, 23, 22, 30, tzinfo=UTC), True),
        (datetime(2026, 11, 23, 22, 59, 59, tzinfo=UTC), True),
        (datetime(2026, 11, 23, 23, 0, tzinfo=UTC), False),
        (datetime(2026, 11, 23, 23, 30, tzinfo=UTC), False),
    ],
)
def test_the_last_day_ends_at_midnight_in_paris(instant, in_time):
    creance = debt("PF", notified_on=date(2026, 11, 3))

    demande = ask(creance, "RECTIFICATION", now=instant)

    assert demande.suspends is in_time
    assert demande.filed_on == (date(2026, 11, 23) if in_time else date(2026, 11, 24))


@pytest.mark.parametrize(
    "instant",
    [datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 1, 30, tzinfo=UTC)],
    ids=["half past two, summer time", "half past two, winter time"],
)
def test_the_hour_that_comes_twice_is_one_and_the_same_day(instant):
    creance = debt("RSA", notified_on=date(2026, 10, 1))

    assert ask(creance, now=instant).filed_on == date(2026, 10, 25)


def test_one_demande_of_a_kind_at_a_time_and_the_second_changes_nothing():
    creance = debt()
    first = ask(creance)

    with pytest.raises(AlreadyFiled, match="déjà déposée"):
        ask(creance, message="Encore.")

    with national_scope():
        assert Demande.objects.get() == first
    assert len(history(creance)) == 1


def test_a_remission_then_a_contest_of_a_debt_keep_where_it_came_from():
    creance = debt()
    move(creance, S.MISE_EN_DEMEURE)
    remission = ask(creance, "REMISE")
    contest = ask(creance, "RECOURS")

    assert remission.back_to == contest.back_to == S.MISE_EN_DEMEURE
    assert [state for state, _cause in history(creance)] == [
        S.MISE_EN_DEMEURE,
        S.SUSPENDUE,
        S.CONTESTEE,
    ]


def test_a_debt_that_an_agent_suspended_stays_as_the_agent_left_it():
    creance = debt()
    move(creance, S.SUSPENDUE)

    demande = ask(creance, "REMISE")

    assert demande.back_to == S.SUSPENDUE
    assert history(creance) == [(S.SUSPENDUE, "CAISSE")]
    with national_scope():
        assert resumes_on(fresh(creance)) is None


def refusal_of(creance, kind="RECOURS"):
    with pytest.raises(Exception) as raised:  # noqa: PT011 - its type is what is looked at
        ask(creance, kind)
    with national_scope():
        assert Demande.objects.count() == 0
        assert Message.objects.count() == 0
    return type(raised.value), str(raised.value)


def test_fraud_excludes_remission_and_nothing_else():
    creance = debt(fraude=True)

    kind, words = refusal_of(creance, "REMISE")

    assert kind is FraudExcludes
    assert "ne permet pas de remise" in words
    assert ask(creance, "RECOURS").suspends is True


def test_a_rectification_of_rsa_does_not_exist():
    assert refusal_of(debt("RSA"), "RECTIFICATION")[0] is NotOffered


@pytest.mark.parametrize("state", [S.TRANSFEREE, S.MUTEE, S.PRESCRITE])
def test_a_debt_that_nobody_claims_here_is_not_contested_here(state):
    creance = debt()
    move(creance, state)

    assert refusal_of(creance)[0] is NothingToAsk


def test_somebody_else_s_debt_is_not_found():
    creance, other = debt(), debt()

    with caisse_scope(creance.caisse_id), pytest.raises(Creance.DoesNotExist):
        file_demande(
            debtor=Debtor(other.caisse_id, other.allocataire_id),
            creance_id=creance.public_id,
            asking=Asking(DemandeKind.RECOURS),
            now=NOW,
        )


def test_the_holder_of_a_letter_asks_about_its_debt_only():
    creance = debt()
    with national_scope():
        second = CreanceFactory(allocataire=creance.allocataire, nature="INK")
    holder = Debtor(creance.caisse_id, creance.allocataire_id, creance.pk)
    asking = Asking(DemandeKind.RECOURS)

    with caisse_scope(creance.caisse_id):
        file_demande(debtor=holder, creance_id=creance.public_id, asking=asking, now=NOW)
        with pytest.raises(Creance.DoesNotExist):
            file_demande(debtor=holder, creance_id=second.public_id, asking=asking, now=NOW)


def test_the_holder_of_a_payment_link_asks_nothing():
    creance = debt()
    holder = Debtor(creance.caisse_id, creance.allocataire_id, link_id=1)

    with caisse_scope(creance.caisse_id), pytest.raises(Creance.DoesNotExist):
        file_demande(
            debtor=holder,
            creance_id=creance.public_id,
            asking=Asking(DemandeKind.RECOURS),
            now=NOW,
        )


def test_the_person_is_told_at_the_address_given_or_at_the_one_on_file():
    given, on_file = debt(), debt()

    ask(given, email="aide@example.org")
    ask(on_file)

    with national_scope():
        told = dict(Message.objects.values_list("to_address", "kind"))
        assert told == {
            "aide@example.org": "DEMANDE_FILED",
            on_file.allocataire.email: "DEMANDE_FILED",
        }


def test_withdrawing_is_possible_once_and_recovery_resumes_after_the_notice():
    creance = debt()
    demande = ask(creance)

    withdraw(demande, now=NOW + timedelta(days=1))

    with national_scope():
        kept = Demande.objects.get()
        assert (kept.status, kept.resume_on) == ("RETIREE", date(2026, 11, 28))
        assert resumes_on(fresh(creance)) == date(2026, 11, 28)
    assert fresh(creance).state == S.CONTESTEE, "six whole days of notice first"
    with pytest.raises(NotWaiting, match="Retirée"):
        withdraw(demande)


def test_the_line_of_the_history_says_since_when_until_when_and_because_of_what():
    creance = debt()
    demande = ask(creance)

    with national_scope():
        etape = Etape.objects.get()
        assert etape.on == date(2026, 11, 20)
        assert etape.until_on == date(2027, 1, 26), "two months of silence, six days of notice"
        assert etape.source_id == demande.public_id
