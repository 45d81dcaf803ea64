"""Building an export: once, whole, again after a kill, and the same bytes later."""

import threading
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from caf_portal.database import advisory
from comptabilite.exports import json_lines, reading
from comptabilite.exports.control import Control, ControlFailed
from comptabilite.exports.shapes import Final, JournalBefore, Line
from comptabilite.models import (
    Anomalie,
    CompteSchema,
    Ecriture,
    Export,
    Ligne,
    MorceauExport,
    SchemaComptable,
)
from comptabilite.services import building_exports, export_pieces
from comptabilite.services.building_exports import (
    build_export,
    rebuild_and_compare,
    unfinished_exports,
)
from comptabilite.services.exporting import ask_export
from comptabilite.tasks import build_exports
from tests.comptabilite.exports import books
from tests.comptabilite.exports.books import Side, Written, payment

pytestmark = [pytest.mark.django_db]

FIRST, LAST = date(2026, 3, 1), date(2026, 3, 4)
NOW = datetime(2026, 3, 5, 8, tzinfo=UTC)
LATER = datetime(2026, 4, 2, 8, tzinfo=UTC)


@pytest.fixture
def closed(fund_scope: None) -> list[Ecriture]:
    """Two payments of one debt, final."""
    made = books.write(
        payment(date(2026, 3, 2), "PAY-0001", 24_000),
        Written(
            date(2026, 3, 3),
            "REF-0001",
            [Side("471", debit=24_000), Side("5115", credit=24_000)],
            event="SUSPENSE_REFUND",
        ),
    )
    books.close(since=FIRST, until=LAST)
    return made


def built_again(export: Export, *, now: datetime = LATER) -> bool:
    return rebuild_and_compare(export_id=export.pk, caisse_id=export.caisse_id, now=now)


def ask(**changes: Any) -> Export:
    asked = {"format": "JSONL", "journal": None, "encoding": "utf-8", "agent": None, **changes}
    return ask_export(caisse_id=books.fund().pk, first_on=FIRST, last_on=LAST, now=NOW, **asked)


def build(export: Export) -> Export:
    return build_export(export_id=export.pk, caisse_id=export.caisse_id, now=NOW)


def test_a_built_export_says_its_files_and_its_progress(closed: list[Ecriture]):
    made = books.export(FIRST, LAST, now=NOW, format="FEC")

    assert (made.status, made.done_lines, made.total_lines) == ("PRET", 4, 4)
    assert [file["part"] for file in made.files] == ["FICHIER", "SCELLES", "DESCRIPTION"]
    assert [file["size_bytes"] for file in made.files] == [
        len(books.content(made, file["part"])) for file in made.files
    ]
    assert made.sha256 == made.files[0]["sha256"]


def test_drafts_of_later_days_are_not_in_it(closed: list[Ecriture]):
    books.write(payment(date(2026, 3, 5), "PAY-DRAFT", 500))

    made = books.export(FIRST, LAST, now=NOW)

    assert b"PAY-DRAFT" not in books.content(made)


def test_a_name_of_a_later_version_changes_no_past_export(closed: list[Ecriture]):
    made = books.export(FIRST, LAST, now=NOW)
    caisse = books.fund()
    version = SchemaComptable.objects.create(
        caisse=caisse, effective_on=date(2026, 4, 1), label="Nouveau", status="BROUILLON"
    )
    CompteSchema.objects.create(
        caisse=caisse, schema=version, compte=books.compte("5115"), label="Plateforme à recevoir"
    )
    SchemaComptable.objects.filter(pk=version.pk).update(status="ADOPTE", adopted_at=LATER)

    books.write(payment(date(2026, 4, 1), "PAY-0003", 100))
    books.close(until=date(2026, 4, 1))
    after = books.export(FIRST, date(2026, 4, 1), now=LATER)

    assert built_again(made)
    said = books.content(after).decode()
    assert "Plateforme à recevoir" in said, "the control: the later name is used after its day"
    assert "Cartes bancaires à encaisser" in said


def test_a_lettrage_made_or_undone_later_changes_no_past_export(closed: list[Ecriture]):
    paid, taken_back = closed_pair()
    lettered = books.letter(paid, taken_back, at=datetime(2026, 3, 5, 7, tzinfo=UTC))
    made = books.export(FIRST, LAST, now=NOW)
    lettered.undone_at, lettered.undone_reason = NOW + timedelta(hours=1), "Essai"
    lettered.save(update_fields=["undone_at", "undone_reason"])
    undone = books.export(FIRST, LAST, now=LATER)
    again = books.letter(paid, taken_back, at=LATER + timedelta(hours=1))

    assert lettered.code != again.code
    assert built_again(made, now=LATER + timedelta(days=1))
    assert built_again(undone, now=LATER + timedelta(days=1))
    assert b'"let":"A"' in books.content(made)
    assert b'"let":"A"' not in books.content(undone), "the control: it was undone by then"


def test_inv19_a_lettering_begun_before_an_export_changes_it_neither_way(closed: list[Ecriture]):
    """A task letters for minutes under the instant at which it began."""
    paid, taken_back = closed_pair()
    before, began = books.export(FIRST, LAST, now=NOW), NOW - timedelta(minutes=2)

    lettered = books.letter(paid, taken_back, at=began)
    after_it = books.export(FIRST, LAST, now=NOW + timedelta(minutes=1))
    lettered.undone_at, lettered.undone_reason = began, "Essai"
    lettered.save(update_fields=["undone_at", "undone_reason"])

    assert built_again(before)
    assert built_again(after_it)
    lettered.refresh_from_db()
    assert before.as_of < lettered.lettered_at < after_it.as_of < lettered.undone_at


def closed_pair() -> list[Ligne]:
    """Lines of 5115 that answer each other."""
    return list(Ligne.objects.filter(compte__number="5115", debit_cents=24_000)) + list(
        Ligne.objects.filter(compte__number="5115", credit_cents=24_000)
    )


def test_books_changed_behind_our_back_do_not_give_the_same_bytes(
    closed: list[Ecriture], monkeypatch: pytest.MonkeyPatch
):
    made = books.export(FIRST, LAST, now=NOW)
    monkeypatch.setattr(json_lines, "VERSION", 2)

    assert not built_again(made)
    made.refresh_from_db()
    assert (made.compared_at, made.compared_same, made.status) == (LATER, False, "PRET")
    assert Anomalie.objects.filter(subject=f"export {made.public_id}").count() == 1


def test_a_build_cut_in_the_middle_begins_again_and_leaves_one_result(
    closed: list[Ecriture], monkeypatch: pytest.MonkeyPatch
):
    whole = books.content(books.export(FIRST, LAST, now=NOW))
    asked = ask()
    monkeypatch.setattr(export_pieces, "PIECE_BYTES", 300)
    kept, keep = [], export_pieces.keep_piece

    def cut_at_the_third(*arguments: Any) -> None:
        kept.append(arguments)
        if len(kept) == 3:
            raise ConnectionError
        keep(*arguments)

    monkeypatch.setattr(building_exports, "keep_piece", cut_at_the_third)
    with pytest.raises(ConnectionError):
        build(asked)
    asked.refresh_from_db()
    left = (asked.status, MorceauExport.objects.filter(export=asked).count())
    made = build(asked)

    assert left == ("EN_COURS", 2), "the control: it was cut with pieces written"
    assert books.content(made) == whole
    assert MorceauExport.objects.filter(export=made).count() > 3


def test_the_sweep_finds_what_was_asked_and_never_built(
    closed: list[Ecriture], monkeypatch: pytest.MonkeyPatch
):
    asked, sent = ask(), []
    monkeypatch.setattr(
        "comptabilite.tasks.build_export.apply_async", lambda **said: sent.append(said["kwargs"])
    )

    build_exports()
    build(asked)

    assert sent == [{"export_id": asked.pk, "caisse_id": asked.caisse_id}]
    assert unfinished_exports() == []


def test_nobody_builds_what_somebody_builds(closed: list[Ecriture]):
    asked, holding, done = ask(), threading.Event(), threading.Event()

    def hold() -> None:
        with advisory.held("export", asked.pk) as obtained:
            assert obtained
            holding.set()
            done.wait(10)
        connection.close()

    other = threading.Thread(target=hold)
    other.start()
    assert holding.wait(10)
    during = build(asked).status
    done.set()
    other.join()

    assert during == "DEMANDE"
    assert build(asked).status == "PRET"


def test_a_missing_number_ends_in_a_failure_with_its_reason(
    closed: list[Ecriture], monkeypatch: pytest.MonkeyPatch
):
    def without_the_first(*arguments: Any, **said: Any) -> Any:
        found = reading.ecritures_of(*arguments, **said)
        next(found)
        return found

    monkeypatch.setattr("comptabilite.exports.writing.ecritures_of", without_the_first)
    made = build(ask())

    assert made.status == "ECHEC"
    assert made.failure == "Journal CBL, exercice 2026 : le numéro 1 manque."
    assert not MorceauExport.objects.filter(export=made).exists()
    assert Anomalie.objects.get().subject == f"export {made.public_id}"


def test_an_unbalanced_ecriture_or_a_broken_chain_is_refused():
    line = Line(1, "5115", "", "", "Essai", 100, 0)
    other = line._replace(position=2, debit_cents=0, credit_cents=100)
    days = ("2026-03-01",) * 3
    head = ("CBL", 2026, 1, *days, "P", "L", "CARD_PAYMENT", None, "id")
    before = JournalBefore(1, "CBL", "Carte", "0" * 64, 0)

    def seen(previous: str, *lines: Line) -> int:
        control = Control([before])
        return len(list(control.watched([Final(*head, previous, "a" * 64, list(lines))])))

    assert seen("0" * 64, line, other) == 1, "the control"
    for previous, lines in (
        ("0" * 64, (line, other._replace(credit_cents=99))),
        ("b" * 64, (line, other)),
        ("0" * 64, (line._replace(debit_cents=0),)),
    ):
        with pytest.raises(ControlFailed, match="Écriture 1 de 2026 du journal CBL"):
            seen(previous, *lines)


def test_a_final_ecriture_left_out_is_seen(closed: list[Ecriture]):
    books.write(payment(date(2026, 3, 5), "PAY-0003", 100))
    asked = ask()
    Export.objects.filter(pk=asked.pk).update(status="EN_COURS")
    Export.objects.bulk_create([Export(**{**fields_of(asked), "last_on": date(2026, 3, 5)})])

    made = build(Export.objects.latest("pk"))

    assert made.failure == "1 écritures de la période n’ont pas de numéro."


def fields_of(export: Export) -> dict[str, Any]:
    names = ("caisse_id", "siren", "caisse_label", "format", "first_on", "as_of", "asked_at")
    return {name: getattr(export, name) for name in names}


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE comptabilite_export SET sha256 = repeat('0', 64) WHERE id = %s",
        "UPDATE comptabilite_export SET status = 'ECHEC', failure = 'x' WHERE id = %s",
        "DELETE FROM comptabilite_morceauexport WHERE export_id = %s",
        "UPDATE comptabilite_morceauexport SET content = ''::bytea WHERE export_id = %s",
        "INSERT INTO comptabilite_morceauexport (caisse_id, export_id, part, rank, content)"
        " SELECT caisse_id, id, 'FICHIER', 9, '' FROM comptabilite_export WHERE id = %s",
    ],
)
def test_inv01_an_export_that_was_given_is_kept_as_it_was_given(
    closed: list[Ecriture], change: str
):
    made = books.export(FIRST, LAST, now=NOW)

    with (
        pytest.raises(DatabaseError, match=r"inv01|permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(change, [made.pk])

    assert built_again(made)
