"""Opening balances of a FEC: what the year before leaves, to the cent."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tests.comptabilite.exports import books
from tests.comptabilite.exports.books import Side, Written, payment
from tests.tools.verifier import verify

pytestmark = [pytest.mark.django_db]

FIRST, LAST = date(2026, 1, 1), date(2026, 1, 2)
NOW = datetime(2026, 1, 4, 8, tzinfo=UTC)
EVE = date(2025, 12, 31)


@pytest.fixture(autouse=True)
def _two_years(fund_scope: None) -> None:
    """Two debts paid, one remitted net of its fee, then the new year."""
    other = [
        Side("5115", debit=5_000),
        Side("409230", credit=5_000, auxiliaire="0000002-INK-001"),
    ]
    remittance = [
        Side("5121", debit=4_900),
        Side("6278", debit=100),
        Side("5115", credit=5_000),
    ]
    books.write(
        payment(EVE, "PAY-0001", 24_000),
        Written(EVE, "PAY-0002", other),
        Written(EVE, "REM-0001", remittance, journal="BQ", event="REMITTANCE"),
        payment(FIRST, "PAY-0003", 100),
    )
    books.close(since=EVE, until=LAST)


def fec_of(first_on: date, last_on: date) -> list[list[str]]:
    made = books.export(first_on, last_on, now=NOW, format="FEC")
    return [line.split("\t") for line in books.content(made).decode().splitlines()[1:]]


def test_the_first_file_of_a_year_opens_with_what_the_year_before_leaves():
    opening = [row for row in fec_of(FIRST, LAST) if row[0] == "AN"]

    assert [(row[4], row[6], row[11], row[12]) for row in opening] == [
        ("409230", "0000001-INK-001", "0,00", "240,00"),
        ("409230", "0000002-INK-001", "0,00", "50,00"),
        ("5115", "", "240,00", "0,00"),
        ("5121", "", "49,00", "0,00"),
        ("129", "", "1,00", "0,00"),
    ]
    assert opening[0][1:4] == ["À-nouveaux", "1", "20260101"]
    assert opening[-1][5] == "Résultat de l’exercice (déficit)"
    assert {(row[8], row[9], row[15]) for row in opening} == {("AN2026", "20260101", "20260101")}


def test_the_verifier_holds_a_file_with_opening_balances(tmp_path: Path):
    made = books.export(FIRST, LAST, now=NOW, format="FEC")
    for file in made.files:
        (tmp_path / file["filename"]).write_bytes(books.content(made, file["part"]))
    path = tmp_path / made.filename

    answer = verify(path, "--seals", tmp_path / made.files[1]["filename"], "--json")

    assert answer.breaches == []
    assert b"AN\t" in path.read_bytes(), "the control"
    assert (made.done_lines, made.total_lines) == (7, 7)


def test_a_period_that_begins_later_or_nothing_before_opens_with_nothing():
    assert not [row for row in fec_of(LAST, LAST) if row[0] == "AN"]
    assert not [row for row in fec_of(EVE, EVE) if row[0] == "AN"]


def test_one_journal_alone_has_no_opening_balances():
    made = books.export(FIRST, LAST, now=NOW, format="FEC", journal="CBL")

    assert b"\nAN\t" not in books.content(made)


def test_more_balances_than_a_batch_are_all_carried(monkeypatch: pytest.MonkeyPatch):
    whole = fec_of(FIRST, LAST)
    monkeypatch.setattr("comptabilite.exports.opening.BATCH", 2)
    monkeypatch.setattr("comptabilite.exports.reading.BATCH", 1)

    assert fec_of(FIRST, LAST) == whole
