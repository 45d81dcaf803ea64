"""Files written to hurt: each has an answer in words, and no lot stays to be applied for ever."""

import json
import time

import pytest

from allocataires.models import Creance, Mouvement
from caf_portal.database.scope import caisse_scope, national_scope
from echanges.lines.csv_lines import csv_records
from echanges.lines.splitting import numbered_lines
from echanges.models import Rejet
from echanges.services.reject_file import write_reject_file
from tests.echanges.files import (
    as_csv,
    debt,
    jsonl,
    load,
    month,
    movement,
    person,
    receive,
    state,
)

pytestmark = pytest.mark.django_db

HALF = b'"\\ud800"'


def codes_of(lot):
    with national_scope():
        rows = Rejet.objects.filter(lot=lot).order_by("line", "field")
        return list(rows.values_list("line", "code"))


def reject_file_of(lot):
    with caisse_scope(lot.caisse_id), write_reject_file(lot) as file:
        return file.read()


@pytest.mark.parametrize("name", [HALF, b'"a\\u0000b"', b'"\\u202e"'])
def test_a_field_whose_name_cannot_be_kept_is_rejected_with_its_line(name):
    wrong = jsonl(person(id="X", numero="0000009")).splitlines()[1][:-1] + b", " + name + b": 1}\n"
    content = jsonl(person(), debt(), personnes_lignes=2) + wrong

    lot = load(content)

    assert (lot.status, lot.applied_lines, lot.rejected_lines) == ("APPLIQUE", 2, 1)
    assert codes_of(lot) == [(4, "CHAMP_INATTENDU")]
    assert reject_file_of(lot)


@pytest.mark.parametrize("kind", [HALF, b'"a\\u0000b"'])
def test_a_type_that_cannot_be_kept_is_rejected_with_its_line(kind):
    lot = load(jsonl(person(), debt()) + b'{"type": ' + kind + b', "id": "X"}\n')

    assert codes_of(lot) == [(4, "TYPE_INCONNU")]
    assert reject_file_of(lot)


@pytest.mark.parametrize("name", [HALF, b'"a\\u0000b"'])
def test_a_header_that_cannot_be_kept_is_refused_in_words(name):
    first, *rest = jsonl(person()).splitlines(keepends=True)

    lot = load(first.rstrip()[:-1] + b", " + name + b": 1}\n" + b"".join(rest))

    assert lot.status == "REFUSE"
    assert "n’existe pas pour ce type" in lot.refusal


def test_a_column_whose_name_holds_a_null_is_refused_in_words():
    lot = load(as_csv(person()).replace(b",nom,", b",n\x00m,", 1), form="CSV")

    assert lot.status == "REFUSE"
    assert "colonnes inconnues" in lot.refusal


def test_the_type_of_a_csv_row_that_holds_a_null_is_rejected():
    content = as_csv(person()) + as_csv(person()).splitlines()[2].replace(b"personne", b"p\x00", 1)

    lot = load(content)

    assert codes_of(lot) == [(4, "TYPE_INCONNU")]


def test_lines_that_a_json_reader_cannot_hold_come_back_in_the_file_of_rejects():
    deep = b'{"type": "mois", "id": ' + b"[" * 30_000 + b"]" * 1_000 + b"}\n"
    halves = person(id="X", numero="0000009", nom="NOM")
    written = json.dumps(halves).encode().replace(b'"NOM"', HALF) + b"\n"

    lot = load(jsonl(person(), personnes_lignes=2) + deep + written)

    assert codes_of(lot) == [(3, "LIGNE_ILLISIBLE"), (4, "CARACTERE_INTERDIT")]
    content = reject_file_of(lot)
    assert content.count(b"\n") == 3
    assert HALF in content, "what was wrong is shown as it was"


def test_a_line_with_thousands_of_wrong_fields_hides_no_other_rejected_line():
    many = {f"z{number}": 1 for number in range(2_500)}

    lot = load(jsonl(
        person(), person(id="X", numero="0000008", **many), person(id="Y", numero="12"),
    ))  # fmt: skip

    assert lot.rejected_lines == 2
    assert {line for line, _ in codes_of(lot)} == {3, 4}


@pytest.mark.parametrize("number", [2_147_483_648, 999_999_999_999])
@pytest.mark.parametrize("line", [person, debt])
def test_the_number_of_a_corrected_line_that_no_file_reaches_is_rejected(line, number):
    lot = load(
        jsonl(
            person(),
            debt(),
            line(id="X", rang="002", rejet_ligne=number)
            if line is debt
            else line(id="X", numero="0000009", rejet_ligne=number),
        )
    )

    assert lot.rejected_lines == 1
    assert [line for line, _ in codes_of(lot)] == [4]


def test_a_quote_around_thousands_of_empty_lines_is_refused_without_delay():
    first, head, row = as_csv(person()).splitlines(keepends=True)
    quoted = b'"' + b"\n" * 32_000 + b'",' + row
    content = first + head + quoted * 3

    began = time.process_time()
    list(csv_records(numbered_lines([content])))

    assert time.process_time() - began < 2


@pytest.mark.parametrize("line", [
    person(id="X", numero="٠٠٠٠٠٠٩"),
    person(id="X", numero="0000009", naissance="1990-05-1７"),
    person(id="X", numero="0000009", naissance="9999-12-31"),
    person(id="X", numero="0000009", naissance="0000-01-01"),
    debt(id="X", rang="00２"),
    debt(id="X", rang="002", montant_centimes="30000"),
    debt(id="X", rang="002", montant_centimes=True),
    debt(id="X", rang="002", montant_centimes=-1),
    debt(id="X", rang="002", montant_centimes=1e400),
    debt(id="X", rang="002", montant_centimes={"a": [1]}),
    debt(id="X", rang="002", notifiee="2026-11-12T00:00:00"),
    month(id="X", mois="2026-1"),
    movement(id="X", montant_centimes=1_000_000_000_000),
])  # fmt: skip
def test_what_only_looks_like_a_value_takes_nothing_of_the_others_away(line):
    cents = {"creances_centimes": 300_00, "mouvements_centimes": 0}
    lot = load(jsonl(person(), debt(), line, **cents))

    assert (lot.status, lot.applied_lines, lot.rejected_lines) in {
        ("APPLIQUE", 2, 1), ("REFUSE", 0, 0)}  # fmt: skip
    with national_scope():
        assert Mouvement.objects.count() == (1 if lot.status == "APPLIQUE" else 0)


def test_an_amount_of_five_thousand_digits_is_refused_in_words():
    content = jsonl(person(), debt(montant_centimes=0), creances_centimes=0)

    lot = load(content.replace(b'"montant_centimes": 0', b'"montant_centimes": ' + b"9" * 5_000))

    assert lot.status in {"APPLIQUE", "REFUSE"}
    assert lot.applied_lines <= 1


def test_inv04_an_until_hidden_in_a_note_is_not_the_same_fact():
    load(jsonl(person(), debt(), state(
        etat="SUSPENDUE", jusqu_au="2026-12-31", note="attente")))  # fmt: skip

    lot = load(jsonl(state(etat="SUSPENDUE", note="2026-12-31|attente"), sequence=2))

    assert codes_of(lot) == [(2, "IDENTIFIANT_DEJA_UTILISE")]


def test_totals_that_match_by_chance_do_not_let_colliding_lines_in():
    lot = load(jsonl(
        person(), debt(montant_centimes=10_000), debt(id="C2", montant_centimes=20_000),
        movement(), movement(montant_centimes=7_000), creances_centimes=30_000,
    ))  # fmt: skip

    assert codes_of(lot) == [(4, "CLE_EN_DOUBLE"), (6, "LIGNE_EN_DOUBLE")]
    with national_scope():
        assert Creance.objects.get().balance_cents == 50_00


def test_a_debt_may_come_before_its_person_and_after_its_movement():
    lot = load(jsonl(movement(), state(), month(), debt(), person()))

    assert (lot.applied_lines, lot.rejected_lines) == (5, 0)


def test_a_person_known_in_another_fund_is_unknown_here():
    load(jsonl(person(), debt(), caisse="331"), code="331")

    lot = load(jsonl(debt(id="C9"), movement()))

    assert codes_of(lot) == [(2, "PERSONNE_INCONNUE"), (3, "DETTE_INCONNUE")]


def test_every_movement_is_judged_where_it_stands_in_the_file():
    lot = load(jsonl(
        person(), debt(),
        movement(id="V1", montant_centimes=30_000, effet="2026-11-19"),
        movement(id="V2", montant_centimes=1, effet="2026-11-18"),
        movement(id="V3", mouvement="IMPAYE", montant_centimes=30_000, effet="2026-11-17"),
        movement(id="V4", montant_centimes=1, effet="2026-11-16"),
    ))  # fmt: skip

    assert codes_of(lot) == [(5, "SOLDE_INSUFFISANT")]
    with national_scope():
        assert Creance.objects.get().balance_cents == 299_99


def test_a_second_mark_or_another_separator_is_refused_and_not_guessed():
    content = b"\xef\xbb\xbf" * 2 + jsonl(person())

    assert receive(content, form="JSONL").status == "REFUSE"
    assert receive(as_csv(person(), delimiter="\t"), form="CSV").status == "REFUSE"
