"""What comes out, byte for byte, and what an outside reader says of it."""

import csv
import io
import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from comptabilite.models import Export
from tests.comptabilite.exports import books
from tests.comptabilite.exports.books import Side, Written, payment
from tests.tools.verifier import verify

pytestmark = [pytest.mark.django_db]

GOLDEN = Path(__file__).parent / "golden"
NOW = datetime(2026, 3, 5, 8, tzinfo=UTC)
FIRST, LAST = date(2026, 3, 1), date(2026, 3, 4)


@pytest.fixture
def books_of_march(fund_scope: None) -> None:
    """Two journals; a late écriture, a lettrage, labels that formats must protect."""
    made = books.write(
        payment(date(2026, 3, 2), "PAY-0001", 24_000),
        payment(date(2026, 3, 3), "PAY-0002", 1_050, origin_on=date(2026, 3, 2)),
        Written(
            date(2026, 3, 3),
            "REM;1",
            [
                Side("5121", debit=23_935, label='=Remise ; dite "une"'),
                Side("6278", debit=65, label="'-Frais\tde\r\nremise"),
                Side("5115", credit=24_000, label="Remise 1 ₿ \\ ’"),
            ],
            journal="BQ",
            label="@Remise 1",
            event="REMITTANCE",
        ),
    )
    books.close(since=date(2026, 3, 1), until=LAST)
    paid, _late, remitted = made
    books.letter(
        paid.lignes.get(compte__number="5115"),
        remitted.lignes.get(compte__number="5115"),
        at=datetime(2026, 3, 4, 4, tzinfo=UTC),
    )


def files_of(made: Export, folder: Path) -> list[Path]:
    """The files of an export, under their own names."""
    assert made.status == "PRET", made.failure
    for file in made.files:
        (folder / file["filename"]).write_bytes(books.content(made, file["part"]))
    return [folder / file["filename"] for file in made.files]


def checked(paths: list[Path], *more: object) -> list[dict[str, object]]:
    """What the verifier finds wrong."""
    seals = [path for path in paths if path.name.endswith("_scelles.csv")]
    sealed = ["--seals", seals[0]] if seals else []
    answer = verify(paths[0], *sealed, *more, "--json")
    assert answer.code in (0, 1), answer.text
    return answer.breaches


@pytest.mark.parametrize(
    ("format", "encoding"),
    [("JSONL", "utf-8"), ("CSV", "utf-8"), ("FEC", "utf-8"), ("FEC", "iso-8859-15")],
)
def test_each_format_is_written_byte_for_byte(
    books_of_march: None, tmp_path: Path, format: str, encoding: str
):
    made = books.export(FIRST, LAST, now=NOW, format=format, encoding=encoding)

    paths = files_of(made, tmp_path)

    for path in paths:
        golden = GOLDEN / encoding / path.name
        assert path.read_bytes() == golden.read_bytes(), path.name


@pytest.mark.parametrize("format", ["JSONL", "CSV", "FEC"])
def test_the_verifier_finds_nothing_wrong_and_sees_one_byte_changed(
    books_of_march: None, tmp_path: Path, format: str
):
    made = books.export(FIRST, LAST, now=NOW, format=format)
    paths = files_of(made, tmp_path)

    held = checked(paths, "--sha256", made.sha256)
    paths[0].write_bytes(paths[0].read_bytes().replace(b"PAY-0002", b"PAY-0003", 1))

    assert held == []
    assert checked(paths)


def test_the_verifier_reads_what_iso_8859_15_has_not(books_of_march: None, tmp_path: Path):
    made = books.export(FIRST, LAST, now=NOW, format="FEC", encoding="iso-8859-15")
    paths = files_of(made, tmp_path)

    text = paths[0].read_bytes().decode("iso-8859-15")

    assert "Remise 1 \\u20bf \\x5c \\u2019" in text
    assert checked(paths) == []


def test_pythons_own_readers_read_the_csv_and_the_json(books_of_march: None):
    as_csv = books.content(books.export(FIRST, LAST, now=NOW, format="CSV")).decode()
    as_json = books.content(books.export(FIRST, LAST, now=NOW)).decode()

    rows = list(csv.reader(io.StringIO(as_csv), delimiter=";"))
    values = [json.loads(line) for line in as_json.splitlines()]

    lines = [line for value in values[1:-1] for line in value["lines"]]
    assert [row[18] for row in rows[1:8]] == [
        "'" + line["label"] if line["label"][0] in "='" else line["label"] for line in lines
    ]
    assert [row[19] for row in rows[1:4]] == ["239,35", "0,65", "0,00"]
    assert values[-1]["debit_cents"] == sum(line["debit_cents"] for line in lines) == 49_050


def test_no_cell_begins_a_formula(books_of_march: None):
    as_csv = books.content(books.export(FIRST, LAST, now=NOW, format="CSV")).decode()
    as_fec = books.content(books.export(FIRST, LAST, now=NOW, format="FEC")).decode()

    cells = [cell for row in csv.reader(io.StringIO(as_csv), delimiter=";") for cell in row]
    cells += [cell for line in as_fec.splitlines() for cell in line.split("\t")]

    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    assert '\'=Remise ; dite "une"' in cells
    assert "''-Frais de  remise" in cells


def test_one_journal_alone_holds(books_of_march: None, tmp_path: Path):
    made = books.export(FIRST, LAST, now=NOW, journal="CBL")

    (path,) = files_of(made, tmp_path)

    assert path.name == "011_CBL_20260301_20260304.jsonl"
    assert checked([path]) == []
    assert b'"BQ"' not in path.read_bytes()


def test_a_later_period_says_where_the_chain_was(books_of_march: None, tmp_path: Path):
    made = books.export(date(2026, 3, 3), LAST, now=NOW)

    (path,) = files_of(made, tmp_path)

    header = json.loads(path.read_bytes().splitlines()[0])
    before = {journal["code"]: journal["previous_number"] for journal in header["journals"]}
    assert before == {"BQ": 0, "CBL": 1}
    assert checked([path]) == []


@pytest.mark.parametrize("format", ["JSONL", "CSV", "FEC"])
def test_a_closed_period_without_ecriture_gives_a_file_that_holds(
    books_of_march: None, tmp_path: Path, format: str
):
    made = books.export(LAST, LAST, now=NOW, format=format)

    assert made.total_lines == 0
    assert checked(files_of(made, tmp_path)) == []
