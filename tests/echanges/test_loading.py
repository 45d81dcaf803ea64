"""A right file: what it brings, in both formats, once and only once."""

from datetime import date

import pytest

from allocataires.models import Allocataire, Creance, Etape, MoisCreance, Mouvement
from caf_portal.database.scope import national_scope
from echanges.models import LigneAppliquee, Lot, Rejet
from payments.services.invariants import find_breaches
from tests.echanges.files import as_csv, debt, jsonl, load, month, movement, person, state

pytestmark = pytest.mark.django_db

WHOLE = (person(), debt(fraude=True, evenement="2026-02-03"), month(), movement(), state())
both_formats = pytest.mark.parametrize("written", [jsonl, as_csv])


@both_formats
def test_a_file_brings_people_debts_months_movements_and_states(written):
    lot = load(written(*WHOLE))

    assert (lot.status, lot.refusal) == ("APPLIQUE", "")
    assert (lot.applied_lines, lot.rejected_lines, lot.unchanged_lines) == (5, 0, 0)
    with national_scope():
        creance = Creance.objects.get()
        assert creance.allocataire.nom == "Exemple"
        assert (creance.initial_cents, creance.balance_cents) == (300_00, 250_00)
        assert (creance.state, creance.recovery_mode) == ("EN_RECOUVREMENT", "DIRECT")
        assert (creance.fraude, creance.event_on) == (True, date(2026, 2, 3))
        assert creance.mois.get().month_on == date(2026, 2, 1)
        kinds = creance.mouvements.order_by("rank").values_list("kind", "balance_after_cents")
        assert list(kinds) == [("IMPLANTATION", 300_00), ("RETENUE", 250_00)]
        etape = creance.etapes.get()
        assert (etape.cause, etape.on) == ("CAISSE", date(2026, 11, 15))
    assert find_breaches() == []


def test_the_lot_keeps_what_was_announced_and_what_was_counted():
    lot = load(jsonl(*WHOLE))

    assert lot.totals == lot.counted
    assert lot.counted["creance"] == {"lines": 1, "cents": 300_00}
    assert lot.counted["mois"] == {"lines": 1, "cents": 150_00}
    assert (lot.day_on, lot.sequence, lot.schema_version) == (date(2026, 11, 20), 1, "1")


@pytest.mark.parametrize("change", [
    lambda content: b"\xef\xbb\xbf" + content,
    lambda content: content.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"),
    lambda content: content + b"\r\n\r\n",
    lambda content: content.rstrip(b"\r\n"),
])  # fmt: skip
@both_formats
def test_a_mark_other_ends_of_lines_and_blank_lines_change_nothing(written, change):
    assert load(change(written(*WHOLE))).applied_lines == 5


def test_semicolons_and_quotes_are_read_too():
    lot = load(as_csv(person(nom='Le "Petit"; fils'), debt(), delimiter=";"))

    assert lot.applied_lines == 2
    with national_scope():
        assert Allocataire.objects.get().nom == 'Le "Petit"; fils'


@pytest.mark.parametrize("nom", ["\\N", "a\\tb", "O’Éloïse 😀", "\\.", "=1+1"])
@both_formats
def test_a_name_is_kept_as_it_is_written(written, nom):
    load(written(person(nom=nom)))

    with national_scope():
        assert Allocataire.objects.get().nom == nom


def test_the_order_of_the_file_is_that_of_the_events_of_a_debt():
    load(jsonl(
        person(), debt(),
        state(id="E1", etat="MISE_EN_DEMEURE"), movement(id="V1", montant_centimes=300_00),
        movement(id="V2", mouvement="IMPAYE", montant_centimes=300_00),
        state(id="E2", etat="CONTRAINTE"),
    ))  # fmt: skip

    with national_scope():
        moves = Etape.objects.order_by("pk").values_list("from_state", "to_state")
        assert list(moves) == [
            ("NOTIFIEE", "MISE_EN_DEMEURE"),
            ("MISE_EN_DEMEURE", "SOLDEE"),
            ("SOLDEE", "MISE_EN_DEMEURE"),
            ("MISE_EN_DEMEURE", "CONTRAINTE"),
        ]


def test_inv04_the_same_file_again_gives_the_first_lot_and_changes_nothing():
    first, again = load(jsonl(*WHOLE)), load(jsonl(*WHOLE))

    assert again.pk == first.pk
    with national_scope():
        assert (Lot.objects.count(), Mouvement.objects.count()) == (1, 2)


def test_inv04_the_same_lines_in_another_file_are_known_already():
    load(jsonl(*WHOLE))

    again = load(as_csv(*WHOLE, sequence=2))

    assert (again.applied_lines, again.rejected_lines, again.unchanged_lines) == (0, 0, 5)
    with national_scope():
        assert (Mouvement.objects.count(), Etape.objects.count()) == (2, 1)
        assert LigneAppliquee.objects.count() == 2


def test_what_describes_a_person_or_a_debt_is_brought_up_to_date():
    load(jsonl(*WHOLE))

    again = load(jsonl(
        person(email=None, nom="Nouveau"), debt(motif="50", mode="RETENUE", retenue_centimes=4_800),
        month(du_centimes=6_000), sequence=2,
    ))  # fmt: skip

    assert (again.applied_lines, again.unchanged_lines) == (3, 0)
    with national_scope():
        person_now, creance = Allocataire.objects.get(), Creance.objects.get()
        assert (person_now.nom, person_now.email) == ("Nouveau", "ana@example.org")
        assert (creance.motif, creance.recovery_mode, creance.monthly_cents) == (
            "50", "RETENUE", 4_800)  # fmt: skip
        assert MoisCreance.objects.get().due_cents == 6_000
        assert not Rejet.objects.exists()


def test_a_state_that_the_debt_is_in_already_is_nothing_new():
    load(jsonl(*WHOLE))

    again = load(jsonl(state(id="E9"), sequence=2))

    assert (again.applied_lines, again.unchanged_lines) == (0, 1)
