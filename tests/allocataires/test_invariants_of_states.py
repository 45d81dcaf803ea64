"""Invariant 6 for debts: a state moves by its history, along the table, and in no other way."""

from datetime import date
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction

from allocataires.models import Creance, Etape
from allocataires.nomenclature import RAISING, sens_of
from allocataires.nomenclature import MouvementType as M
from allocataires.services.etapes import EtapeRefused, Why, move_creance
from allocataires.states import ENDED, ONLINE_PAYMENT
from allocataires.states import CreanceState as S
from allocataires.transitions import ALLOWED, END_OF, END_OTHERWISE, EtapeCause, allowed_pairs
from caf_portal.database.scope import caisse_scope, national_scope
from tests.allocataires.factories import CreanceFactory
from tests.allocataires.states import put_in_state
from tests.payments.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def creance():
    with national_scope():
        return CreanceFactory(initial_cents=100_00)


@pytest.fixture
def scope(creance):
    with caisse_scope(creance.caisse_id):
        yield


def refused(match):
    return pytest.raises(DatabaseError, match=match)


def post(creance, kind, cents):
    creance.mouvements.create(
        caisse_id=creance.caisse_id,
        kind=kind,
        sens=sens_of(kind),
        amount_cents=cents,
        value_on=date(2026, 11, 20),
        recorded_at=NOW,
        source_id=uuid4(),
    )
    creance.refresh_from_db()


def write(creance, **fields):
    Etape.objects.create(
        caisse_id=creance.caisse_id,
        creance=creance,
        cause=EtapeCause.CAISSE,
        on=date(2026, 11, 20),
        at=NOW,
        **fields,
    )


def test_every_state_has_its_moves_and_its_rule_about_paying():
    assert set(ALLOWED) == set(S) == set(ONLINE_PAYMENT)
    assert all(state not in targets for state, targets in ALLOWED.items())


def test_inv06_a_line_of_the_history_moves_the_debt(creance, scope):
    move_creance(creance, S.CONTESTEE, why=Why(EtapeCause.DEMANDE, "essai"), now=NOW)

    assert Creance.objects.get(pk=creance.pk).state == S.CONTESTEE
    assert Etape.objects.get().on == date(2026, 11, 20)


def test_inv06_a_state_is_not_written_by_hand(creance, scope):
    with refused("inv06: a state follows"), transaction.atomic():
        Creance.objects.filter(pk=creance.pk).update(state=S.CONTESTEE)


def test_inv06_a_move_out_of_the_table_is_refused_by_python_and_by_the_database(creance, scope):
    put_in_state(creance, S.CONTRAINTE)
    creance.refresh_from_db()

    with pytest.raises(EtapeRefused):
        move_creance(creance, S.NOTIFIEE, why=Why(EtapeCause.AGENT), now=NOW)
    with refused("inv06_etape_along_the_table"), transaction.atomic():
        write(creance, from_state=S.CONTRAINTE, to_state=S.NOTIFIEE)


def test_inv06_a_move_from_another_state_than_the_real_one_is_refused(creance, scope):
    assert (S.NOTIFIEE, S.CONTESTEE) in allowed_pairs()

    with refused("inv06: debt"), transaction.atomic():
        write(creance, from_state=S.NOTIFIEE, to_state=S.CONTESTEE)


def test_inv06_the_history_is_neither_changed_nor_erased(creance, scope):
    put_in_state(creance, S.CONTESTEE)

    for statement in ("UPDATE allocataires_etape SET note = 'x'", "DELETE FROM allocataires_etape"):
        with refused("permission denied"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


LOWERING = sorted(set(M) - RAISING - {M.TRANSFERT}, key=str)


@pytest.mark.parametrize("kind", LOWERING)
def test_inv06_the_movement_that_leaves_nothing_ends_the_debt(creance, scope, kind):
    post(creance, kind, 40_00)
    assert creance.state == S.EN_RECOUVREMENT

    post(creance, kind, 60_00)

    assert creance.state == END_OF.get(kind, END_OTHERWISE)
    assert Etape.objects.get().cause == EtapeCause.MOUVEMENT


@pytest.mark.parametrize("before", [S.EN_RECOUVREMENT, S.MISE_EN_DEMEURE, S.TRANSFEREE])
def test_inv06_a_debt_raised_again_goes_back_where_it_was(creance, scope, before):
    put_in_state(creance, before)
    creance.refresh_from_db()
    post(creance, M.CHEQUE, 100_00)
    assert creance.state == S.SOLDEE

    post(creance, M.IMPAYE, 100_00)

    assert creance.state == before


def test_inv06_a_transfer_leaves_the_debt_elsewhere(creance, scope):
    put_in_state(creance, S.MUTEE)
    creance.refresh_from_db()

    post(creance, M.TRANSFERT, 100_00)

    assert (creance.state, creance.balance_cents) == (S.MUTEE, 0)


@pytest.mark.parametrize("state", sorted(set(S) - ENDED, key=str))
@pytest.mark.parametrize("kind", [M.CARTE, *END_OF])
def test_inv06_no_movement_is_refused_for_the_state_it_leaves(creance, scope, state, kind):
    put_in_state(creance, state)
    creance.refresh_from_db()

    post(creance, kind, 100_00)

    assert creance.state in {*ENDED, S.SURENDETTEMENT}
