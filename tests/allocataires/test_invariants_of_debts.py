"""Invariant 3: a balance is its movements, and only the database writes it."""

from datetime import date

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from allocataires.models import Creance, Mouvement
from allocataires.nomenclature import MouvementType, sens_of
from caf_portal.database.scope import caisse_scope, national_scope
from caisses.models import Caisse
from tests.allocataires.factories import CreanceFactory
from tests.payments.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def creance():
    with national_scope():
        return CreanceFactory(initial_cents=100_00)


def post(creance, kind, cents, **changes):
    return Mouvement.objects.create(
        caisse_id=creance.caisse_id,
        creance=creance,
        kind=kind,
        sens=changes.pop("sens", sens_of(kind)),
        amount_cents=cents,
        value_on=date(2026, 11, 20),
        recorded_at=NOW,
        **changes,
    )


def balance(creance):
    return Creance.objects.values_list("balance_cents", flat=True).get(pk=creance.pk)


def refused(match):
    return pytest.raises(DatabaseError, match=match)


def test_inv03_a_new_debt_has_its_implantation_and_its_whole_balance(creance):
    with caisse_scope(creance.caisse_id):
        line = creance.mouvements.get()

    assert (line.kind, line.rank, line.amount_cents, line.balance_after_cents) == (
        "IMPLANTATION",
        1,
        100_00,
        100_00,
    )
    assert creance.balance_cents == 100_00


def test_inv03_python_cannot_choose_the_opening_balance():
    with national_scope():
        assert CreanceFactory(initial_cents=50_00, balance_cents=1).balance_cents == 50_00


@settings(
    max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(
    steps=st.lists(
        st.tuples(
            st.sampled_from([kind for kind in MouvementType if kind != "IMPLANTATION"]),
            st.integers(1, 80_00),
        ),
        max_size=8,
    )
)
def test_inv03_the_balance_is_the_sum_of_the_movements_whatever_they_are(steps):
    with national_scope():
        creance = CreanceFactory(initial_cents=100_00)
        expected = 100_00
        for kind, cents in steps:
            after = expected + (cents if sens_of(kind) == "HAUSSE" else -cents)
            if after < 0:
                with refused("inv03"), transaction.atomic():
                    post(creance, kind, cents)
                continue
            post(creance, kind, cents)
            expected = after
            assert balance(creance) == expected
            assert creance.mouvements.order_by("-rank").first().balance_after_cents == expected


def test_inv03_more_than_the_balance_is_refused(creance):
    with caisse_scope(creance.caisse_id):
        with refused("inv03"), transaction.atomic():
            post(creance, "CHEQUE", 100_01)
        post(creance, "CHEQUE", 100_00)
        assert balance(creance) == 0


@pytest.mark.parametrize(
    "changes", [{"balance_cents": 1}, {"mouvement_count": 9}, {"initial_cents": 1}]
)
def test_inv03_the_balance_is_not_written_by_hand(creance, changes):
    with caisse_scope(creance.caisse_id), refused("inv03|permission"), transaction.atomic():
        Creance.objects.filter(pk=creance.pk).update(**changes)


@pytest.mark.parametrize("cents", [0, -5])
def test_inv03_a_movement_has_a_positive_amount(creance, cents):
    with caisse_scope(creance.caisse_id), refused("mouvement_amount_positive|inv03"):
        post(creance, "CHEQUE", cents)


def test_inv03_a_debt_is_implanted_once(creance):
    with caisse_scope(creance.caisse_id), refused("inv03"), transaction.atomic():
        post(creance, "IMPLANTATION", 5)


def test_inv03_a_hand_under_a_trigger_of_its_own_implants_nothing_either(creance):
    with caisse_scope(creance.caisse_id), connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE hand (debt bigint, fund bigint, at_rank integer)")
        cursor.execute(
            "CREATE FUNCTION pg_temp.implant() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            " INSERT INTO public.allocataires_mouvement (caisse_id, creance_id, rank, kind, sens,"
            " amount_cents, balance_after_cents, value_on, recorded_at) VALUES (NEW.fund, NEW.debt,"
            " NEW.at_rank, 'IMPLANTATION', 'HAUSSE', 5, 5, '2026-11-20', now()); RETURN NULL;"
            " END $$"
        )
        cursor.execute(
            "CREATE TRIGGER hand AFTER INSERT ON hand"
            " FOR EACH ROW EXECUTE FUNCTION pg_temp.implant()"
        )
        for rank, rule in ((1, "mouvement_rank_once"), (2, "inv03_mouvement_implanted_first")):
            with refused(rule), transaction.atomic():
                cursor.execute(
                    "INSERT INTO hand VALUES (%s, %s, %s)", [creance.pk, creance.caisse_id, rank]
                )
        transaction.set_rollback(True)


def test_inv03_many_debts_of_one_statement_are_implanted_each_once(creance):
    with caisse_scope(creance.caisse_id):
        made = CreanceFactory.build_batch(3, allocataire=creance.allocataire, initial_cents=7_00)
        Creance.objects.bulk_create(made)

        for debt in Creance.objects.filter(pk__in=[one.pk for one in made]):
            line = debt.mouvements.get()
            assert (line.kind, line.rank, line.balance_after_cents) == ("IMPLANTATION", 1, 7_00)
            assert (debt.balance_cents, debt.mouvement_count) == (7_00, 1)


def test_inv03_the_sense_of_a_movement_is_that_of_its_kind(creance):
    with caisse_scope(creance.caisse_id), refused("mouvement_sens_of_its_kind"):
        post(creance, "CHEQUE", 5, sens="HAUSSE")


def test_inv03_history_is_neither_changed_nor_erased(creance):
    with caisse_scope(creance.caisse_id):
        for change in (
            lambda: creance.mouvements.update(amount_cents=1),
            lambda: creance.mouvements.all()._raw_delete("default"),
        ):
            with refused("inv03|permission"), transaction.atomic():
                change()


def test_inv04_a_source_is_posted_once_on_a_debt(creance):
    source_id = creance.public_id
    with caisse_scope(creance.caisse_id):
        post(creance, "CARTE", 5, source_id=source_id)
        with pytest.raises(IntegrityError, match="inv04"), transaction.atomic():
            post(creance, "CARTE", 5, source_id=source_id)


def test_inv08_a_debt_and_its_person_share_one_fund(creance):
    with national_scope():
        elsewhere = Caisse.objects.exclude(pk=creance.caisse_id).order_by("code").first()
        with refused("inv08_creance_allocataire"), transaction.atomic():
            CreanceFactory(allocataire=creance.allocataire, caisse=elsewhere)
