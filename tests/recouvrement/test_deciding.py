"""The fund's answers: with a reason, once, and the books and the state say the same."""

from datetime import date, timedelta

import pytest

from allocataires.nomenclature import MouvementType as M
from allocataires.states import CreanceState as S
from caf_portal.database.scope import caisse_scope, national_scope
from caisses.models.habilitation import Role
from comptabilite.models import Ecriture
from payments.services.invariants import find_breaches
from recouvrement.models import Demande
from recouvrement.services.deciding import (
    AlreadyAnswered,
    AmountRefused,
    BalanceChanged,
    NoRemission,
    NotOurs,
    ReasonMissing,
)
from recouvrement.services.suspension import resumes_on
from relation_usager.models import Message
from tests.allocataires.factories import CreanceFactory
from tests.caisses.factories import agent_of
from tests.payments.factories import NOW, open_payment, signed_body
from tests.recouvrement.demandes import answer, ask, debt, fresh, history, move, withdraw
from tests.scenarios.books import journal

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=3)


@pytest.fixture
def agent():
    with national_scope():
        return agent_of("011", role=Role.AGENT)


def movements(creance):
    with national_scope():
        rows = creance.mouvements.exclude(kind=M.IMPLANTATION).order_by("rank")
        return list(rows.values_list("kind", "amount_cents", "balance_after_cents"))


def nothing_changed(creance, demande):
    with national_scope():
        assert Demande.objects.get(pk=demande.pk).status == "DEPOSEE"
        assert Ecriture.objects.count() == 0
        assert Message.objects.filter(kind="DEMANDE_DECIDED").count() == 0
    assert movements(creance) == []


def test_a_remission_of_the_whole_ends_the_debt_in_the_books_too(agent):
    creance = debt("RSA")
    demande = answer(agent, ask(creance, "REMISE"), "ACCEPTEE", now=LATER)

    assert movements(creance) == [(M.REMISE, 240_00, 0)]
    assert fresh(creance).state == S.REMISE
    assert demande.remitted_cents == 240_00
    with national_scope():
        aux = f"{creance.allocataire.numero}-INK-{creance.rang}"
    assert journal() == [
        "2026-11-23 OD | 6571   | -               | débit  240,00 €",
        f"2026-11-23 OD | 409230 | {aux} | crédit 240,00 €",
    ]
    assert find_breaches() == []


def test_a_remission_in_part_leaves_the_rest_to_repay_after_the_notice(agent):
    creance = debt("PPA")
    demande = answer(agent, ask(creance, "REMISE"), "PARTIELLE", cents=100_00, now=LATER)

    assert fresh(creance).balance_cents == 140_00
    assert fresh(creance).state == S.SUSPENDUE
    assert demande.resume_on == date(2026, 11, 30)
    assert find_breaches() == []


@pytest.mark.parametrize(
    ("kind", "status", "cents", "movement", "state"),
    [
        ("RECTIFICATION", "ACCEPTEE", None, (M.ANNULATION, 240_00, 0), S.ANNULEE),
        (
            "RECTIFICATION",
            "PARTIELLE",
            40_00,
            (M.AJUSTEMENT_BAISSE, 40_00, 200_00),
            S.RECTIFICATION,
        ),
        ("RECOURS", "ACCEPTEE", None, (M.ANNULATION, 240_00, 0), S.ANNULEE),
        ("RECOURS", "PARTIELLE", 40_00, (M.AJUSTEMENT_BAISSE, 40_00, 200_00), S.CONTESTEE),
    ],
)
def test_an_accepted_dispute_corrects_the_debt_and_writes_no_loss(
    agent, kind, status, cents, movement, state
):
    creance = debt("PPA", notified_on=date(2026, 11, 3))

    answer(agent, ask(creance, kind), status, cents=cents)

    assert movements(creance) == [movement]
    assert fresh(creance).state == state
    assert journal() == []
    assert find_breaches() == []


def test_a_rejection_moves_no_money_and_recovery_waits_for_its_day(agent):
    creance = debt("PPA", notified_on=date(2026, 11, 3))
    demande = answer(agent, ask(creance, "RECTIFICATION"), "REJETEE", now=LATER)

    assert movements(creance) == []
    assert fresh(creance).state == S.RECTIFICATION
    # Decided on Monday 23: seven days end on Monday 30, recovery is possible the day after.
    assert demande.resume_on == date(2026, 12, 1)
    with national_scope():
        assert resumes_on(fresh(creance)) == date(2026, 12, 1)


def test_while_another_demande_waits_an_answer_resumes_nothing(agent):
    creance = debt("RSA")
    remission, _contest = ask(creance, "REMISE"), ask(creance, "RECOURS")

    answer(agent, remission, "REJETEE")

    with national_scope():
        assert resumes_on(fresh(creance)) is None
        told = Message.objects.get(kind="DEMANDE_DECIDED")
        assert "resume_on" not in told.context


def test_nobody_answers_without_a_reason(agent):
    creance = debt()
    demande = ask(creance)

    with pytest.raises(ReasonMissing, match="Écrivez pourquoi"):
        answer(agent, demande, "REJETEE", reason="  ")

    nothing_changed(creance, demande)


@pytest.mark.parametrize("cents", [None, 0, -1, 240_00, 240_01])
def test_in_part_is_more_than_nothing_and_less_than_everything(agent, cents):
    creance = debt()
    demande = ask(creance, "REMISE")

    with pytest.raises(AmountRefused, match="En partie"):
        answer(agent, demande, "PARTIELLE", cents=cents)

    nothing_changed(creance, demande)


@pytest.mark.parametrize("status", ["ACCEPTEE", "PARTIELLE"])
def test_a_balance_that_changed_meanwhile_is_shown_again(agent, status):
    creance = debt()
    demande = ask(creance, "REMISE")

    with pytest.raises(BalanceChanged, match="240,00"):
        answer(agent, demande, status, cents=10_00, stated=200_00)

    nothing_changed(creance, demande)


def test_money_that_came_meanwhile_counts_and_the_remission_takes_the_rest(client, agent):
    creance = debt("RSA")
    payment = open_payment(creance, shares={creance.public_id: 40_00})
    demande = ask(creance, "REMISE")
    form = "application/x-www-form-urlencoded"
    client.post("/paiement/ipn/", signed_body(payment), content_type=form)

    answer(agent, demande, "ACCEPTEE")

    assert [kind for kind, _cents, _left in movements(creance)] == [M.CARTE, M.REMISE]
    assert fresh(creance).state == S.REMISE
    assert find_breaches() == []


def test_an_answer_is_given_once(agent):
    creance = debt()
    demande = ask(creance)
    answer(agent, demande, "REJETEE")

    with pytest.raises(AlreadyAnswered, match="Refusée"):
        answer(agent, demande, "ACCEPTEE")

    assert movements(creance) == []


def test_what_the_person_withdrew_is_not_answered(agent):
    demande = ask(debt())
    withdraw(demande)

    with pytest.raises(AlreadyAnswered, match="Retirée"):
        answer(agent, demande, "ACCEPTEE")


def test_a_fraud_found_meanwhile_forbids_the_remission(agent):
    creance = debt()
    demande = ask(creance, "REMISE")
    with national_scope():
        creance.fraude = True
        creance.save(update_fields=["fraude"])

    with pytest.raises(NoRemission, match="fraude"):
        answer(agent, demande, "ACCEPTEE")

    nothing_changed(creance, demande)


def test_a_debt_that_left_meanwhile_is_not_reduced_here(agent):
    creance = debt()
    demande = ask(creance, "REMISE")
    move(creance, S.TRANSFEREE)

    with pytest.raises(NotOurs, match="suivie ailleurs"):
        answer(agent, demande, "ACCEPTEE")

    nothing_changed(creance, demande)
    assert answer(agent, demande, "REJETEE").status == "REJETEE"


def test_an_agent_of_another_fund_decides_nothing():
    with national_scope():
        stranger = agent_of("331")
    creance = debt()
    demande = ask(creance)

    with pytest.raises(NotOurs):
        answer(stranger, demande, "ACCEPTEE")
    with caisse_scope(*_rights(stranger)), pytest.raises(Demande.DoesNotExist):
        Demande.objects.get(pk=demande.pk)


def _rights(agent):
    with national_scope():
        return list(agent.habilitations.values_list("caisse_id", flat=True))


def test_the_person_is_told_that_there_is_an_answer_and_not_which(agent):
    creance = debt("RSA")
    answer(agent, ask(creance, "REMISE", email="moi@example.org"), "PARTIELLE", cents=10_00)

    with national_scope():
        told = Message.objects.get(kind="DEMANDE_DECIDED")
    assert told.to_address == "moi@example.org"
    assert told.context["resume_on"] == "2026-11-27"
    assert not any("cents" in key for key in told.context)


def test_an_accepted_dispute_of_a_debt_already_repaid_moves_nothing(client, agent):
    with national_scope():
        creance = CreanceFactory(nature="INK")
    demande = ask(creance)
    payment = open_payment(creance)
    form = "application/x-www-form-urlencoded"
    client.post("/paiement/ipn/", signed_body(payment), content_type=form)

    decided = answer(agent, demande, "ACCEPTEE")

    assert decided.remitted_cents is None
    assert fresh(creance).state == S.SOLDEE
    assert [state for state, _cause in history(creance)] == [S.CONTESTEE, S.SOLDEE]
    assert find_breaches() == []
