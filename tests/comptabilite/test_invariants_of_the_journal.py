"""Invariants 1 and 2: the journal only grows, and every écriture is balanced."""

from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction

from caf_portal.database.scope import caisse_scope
from caisses.models import Caisse
from comptabilite.models import Compte, Ecriture, Ligne
from tests.comptabilite.factories import add_lines, bare_ecriture

pytestmark = pytest.mark.django_db


@pytest.fixture
def ain():
    return Caisse.objects.get(code="011").pk


@pytest.fixture
def scope(ain):
    with caisse_scope(ain):
        yield


def check_now():
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def refused(match):
    return pytest.raises(DatabaseError, match=match)


@pytest.mark.usefixtures("scope")
def test_inv02_a_balanced_ecriture_is_accepted(ain):
    add_lines(bare_ecriture(caisse_id=ain), (300, 0), (0, 100), (0, 200))
    check_now()


@pytest.mark.usefixtures("scope")
@pytest.mark.parametrize(
    "amounts",
    [(), ((100, 0),), ((100, 0), (0, 99)), ((100, 0), (100, 0))],
    ids=["no line", "one line", "unbalanced", "debits only"],
)
def test_inv02_an_ecriture_that_is_not_balanced_is_refused_at_commit(ain, amounts):
    with refused("inv02"), transaction.atomic():
        add_lines(bare_ecriture(caisse_id=ain), *amounts)
        check_now()


@pytest.mark.usefixtures("scope")
def test_inv02_a_line_added_later_is_seen_too(ain):
    ecriture = bare_ecriture(caisse_id=ain)
    add_lines(ecriture, (100, 0), (0, 100))
    check_now()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")

    with refused("inv02"), transaction.atomic():
        add_lines(ecriture, (1, 0), start=3)
        check_now()


@pytest.mark.usefixtures("scope")
@pytest.mark.parametrize("pair", [(0, 0), (5, 5), (-5, 0), (0, -5)])
def test_inv02_a_line_is_a_debit_or_a_credit_and_positive(ain, pair):
    with refused("inv02_ligne_debit_or_credit"), transaction.atomic():
        add_lines(bare_ecriture(caisse_id=ain), pair)


@pytest.mark.usefixtures("scope")
@pytest.mark.parametrize("model", [Ecriture, Ligne])
def test_inv01_the_journal_is_neither_changed_nor_erased(ain, model):
    add_lines(bare_ecriture(caisse_id=ain), (100, 0), (0, 100))

    for change in (
        lambda: model.objects.update(label="autre"),
        lambda: model.objects.all()._raw_delete("default"),
    ):
        with refused("inv01|permission denied"), transaction.atomic():
            change()


@pytest.mark.usefixtures("scope")
@pytest.mark.parametrize("table", ["comptabilite_ecriture", "comptabilite_ligne"])
def test_inv01_nobody_but_the_owner_may_truncate(table):
    with refused("permission denied"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {table} CASCADE")


@pytest.mark.usefixtures("scope")
def test_inv01_nothing_is_reversed_twice(ain):
    first = bare_ecriture(caisse_id=ain)
    add_lines(first, (100, 0), (0, 100))
    add_lines(bare_ecriture(caisse_id=ain, reverses=first), (100, 0), (0, 100))

    with refused("reverses"), transaction.atomic():
        bare_ecriture(caisse_id=ain, reverses=first)


def test_inv01_the_triggers_stop_the_owner_too(ain):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgname FROM pg_trigger WHERE tgname LIKE 'inv01%' AND tgenabled = 'O'"
        )
        assert {name for (name,) in cursor.fetchall()} == {
            "inv01_appariement_append_only",
            "inv01_cloture_append_only",
            "inv01_ecriture_append_only",
            "inv01_evenement_append_only",
            "inv01_export_kept",
            "inv01_fichierreleve_append_only",
            "inv01_impaye_append_only",
            "inv01_imputation_append_only",
            "inv01_lettrage_kept",
            "inv01_ligne_append_only",
            "inv01_lignebanque_append_only",
            "inv01_lignelettree_kept",
            "inv01_ligneplateforme_append_only",
            "inv01_livraison_append_only",
            "inv01_morceaufichier_append_only",
            "inv01_morceau_kept",
            "inv01_mutation_append_only",
            "inv01_note_append_only",
            "inv01_releve_append_only",
            "inv01_remise_append_only",
            "inv01_remisebanque_append_only",
            "inv01_totalfichier_append_only",
            "inv01_totaljour_append_only",
            "inv01_trace_append_only",
        }


def test_inv08_a_line_of_one_fund_does_not_enter_the_ecriture_of_another(ain):
    other = Caisse.objects.exclude(pk=ain).order_by("code").first().pk
    with caisse_scope(ain, other):
        ecriture = bare_ecriture(caisse_id=ain)
        account = Compte.objects.filter(caisse_id=other).first()
        with refused("inv08"), transaction.atomic():
            Ligne.objects.bulk_create(
                [
                    Ligne(
                        caisse_id=ain,
                        ecriture=ecriture,
                        position=1,
                        compte=account,
                        label="x",
                        debit_cents=1,
                    )
                ]
            )
        with refused("inv08"), transaction.atomic():
            Ligne.objects.bulk_create(
                [
                    Ligne(
                        caisse_id=other,
                        ecriture=ecriture,
                        position=1,
                        compte=account,
                        label="x",
                        debit_cents=1,
                    )
                ]
            )
        add_lines(ecriture, (1, 0), (0, 1))


def test_inv04_a_source_is_booked_once_and_its_reversal_is_not_a_second_booking(ain):
    source_id = uuid4()
    with caisse_scope(ain):
        first = bare_ecriture(caisse_id=ain, source_id=source_id)
        add_lines(first, (1, 0), (0, 1))
        reversal = bare_ecriture(caisse_id=ain, source_id=source_id, reverses=first)
        add_lines(reversal, (1, 0), (0, 1))
        with refused("inv04_ecriture_booked_once"), transaction.atomic():
            bare_ecriture(caisse_id=ain, source_id=source_id)
