"""What a file may not say of a debt: that it is claimed again when it is stopped, ended or gone."""

import pytest

from allocataires.models import Creance
from allocataires.services.etapes import Why, move_creance
from allocataires.states import CreanceState
from allocataires.transitions import EtapeCause
from caf_portal.database.scope import caisse_scope, national_scope
from echanges.models import Rejet
from tests.echanges.files import debt, jsonl, load, movement, person, state
from tests.payments.factories import NOW
from tests.recouvrement.demandes import ask

pytestmark = pytest.mark.django_db


@pytest.fixture
def creance() -> Creance:
    load(jsonl(person(), debt(nature="INK"), state(nature="INK")))
    return the_debt()


def the_debt() -> Creance:
    with national_scope():
        return Creance.objects.select_related("caisse", "allocataire").get()


def said(etat: str, *, number: int = 2, **changes: object) -> list[str]:
    """What the fund's file says of the state; the codes of what was rejected."""
    lot = load(jsonl(state(id=f"S{number}", nature="INK", etat=etat, **changes), sequence=number))
    assert lot.status == "APPLIQUE"
    with national_scope():
        return list(Rejet.objects.filter(lot=lot).values_list("code", flat=True))


@pytest.mark.parametrize("etat", ["SUSPENDUE", "TRANSFEREE", "SURENDETTEMENT", "PRESCRITE"])
def test_a_debt_that_a_demande_stops_is_not_claimed_in_two_steps_either(creance, etat):
    ask(creance, "RECOURS")

    assert said(etat) == []

    assert the_debt().state == etat
    assert said("EN_RECOUVREMENT", number=3) == ["DEMANDE_EN_COURS"]


@pytest.mark.parametrize("kind", ["CHEQUE", "REMISE", "NON_VALEUR", "TRANSFERT", "SURENDETTEMENT"])
@pytest.mark.parametrize("etat", ["EN_RECOUVREMENT", "CONTESTEE", "PRESCRITE"])
def test_a_state_does_not_bring_back_a_debt_of_which_nothing_is_left(creance, kind, etat):
    load(jsonl(movement(nature="INK", mouvement=kind, montant_centimes=30_000), sequence=9))
    ended = the_debt().state

    assert said(etat) == ["DETTE_SOLDEE"]

    assert the_debt().state == ended


def test_a_movement_that_raises_it_brings_it_back_and_its_state_follows(creance):
    lot = load(jsonl(
        movement(id="V1", nature="INK", mouvement="TRANSFERT", montant_centimes=30_000),
        movement(id="V2", nature="INK", mouvement="AJUSTEMENT_HAUSSE", montant_centimes=10_000),
        state(id="S2", nature="INK"), sequence=2,
    ))  # fmt: skip

    assert (lot.applied_lines, lot.rejected_lines) == (3, 0)
    assert (the_debt().state, the_debt().balance_cents) == ("EN_RECOUVREMENT", 100_00)


def test_a_debt_that_went_to_another_fund_does_not_come_back_by_a_file(creance):
    with caisse_scope(creance.caisse_id):
        move_creance(creance, CreanceState.MUTEE, why=Why(EtapeCause.MUTATION), now=NOW)

    assert said("EN_RECOUVREMENT") == ["PASSAGE_INTERDIT"]

    assert the_debt().state == "MUTEE"
