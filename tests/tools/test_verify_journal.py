"""What an outside auditor sees: files that hold are found to hold, each fraud is named."""

import hashlib
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.tools.journal_files import (
    a_year_and_a_bit,
    chained,
    fec,
    jsonl,
    of_year,
    opening,
    payment,
    seals,
)
from tests.tools.verified_files import YEAR, verify_all, write_fec, wrote
from tests.tools.verifier import PROGRAM, verify

ROOT = Path(__file__).resolve().parents[2]


def run(*arguments: object, **options: Any) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-I", "-S", *arguments]
    return subprocess.run(
        list(map(str, command)), capture_output=True, text=True, timeout=60, check=False, **options
    )


# --- files that hold


def test_the_three_formats_hold(tmp_path: Path):
    answers = verify_all(tmp_path, a_year_and_a_bit())

    assert [(answer.code, answer.breaches) for answer in answers] == [(0, [])] * 3


def test_the_program_runs_alone_and_prints_each_journal(tmp_path: Path):
    entries = a_year_and_a_bit()
    done = run(PROGRAM, wrote(tmp_path, "a.jsonl", jsonl(entries)))

    assert (done.returncode, done.stderr) == (0, "")
    assert "Tout se tient." in done.stdout
    assert "CBL : 4 écritures, 8 lignes, du n° 1 de 2026 au n° 2 de 2027" in done.stdout
    assert entries[4].hash in done.stdout


def test_the_example_of_the_document_holds(tmp_path: Path):
    page = (ROOT / "docs" / "journal-format.md").read_text("utf-8")
    example = re.search(r"```jsonl\n(.*?)```", page, re.DOTALL)
    rows = re.search(r"```\n(0{64}→.*?)```\n\n```\n([0-9a-f]{64})\n", page, re.DOTALL)
    assert example
    assert rows

    done = run(PROGRAM, wrote(tmp_path, "example.jsonl", example[1].encode()))

    assert done.returncode == 0, done.stdout
    assert hashlib.sha256(rows[1].replace("→", "\t").encode()).hexdigest() == rows[2]
    assert rows[2] in example[1]


def test_a_fec_in_latin_9_gives_back_every_character(tmp_path: Path):
    entry = payment("CBL", "2026-12-30", "PAY-0001", 500, label="L’œuvre à 5 € \\ 漢 \U0001f600")
    entry.lines[0].label = "-’"
    path, sealed = write_fec(tmp_path, chained([entry]), charset="iso-8859-15")

    answer = verify("--json", path, "--seals", sealed)

    assert (answer.code, answer.breaches) == (0, [])
    assert b"'-\\u2019" in path.read_bytes()


def test_opening_balances_are_beside_the_chain(tmp_path: Path):
    entries = chained(
        [payment("CBL", "2027-01-02", "PAY-0009", 800)], previous={"CBL": (0, "a" * 64)}
    )
    content = fec(entries, an=opening(2027, {"5115": 12_00, "409230": -12_00}))
    path = wrote(tmp_path, "999123456FEC20271231.txt", content)
    sealed = seals(entries, content, period=("2027-01-01", "2027-12-31"))

    answer = verify("--json", path, "--seals", wrote(tmp_path, "s.csv", sealed))

    assert (answer.code, answer.breaches) == (0, [])


def test_a_fec_without_seals_says_what_it_cannot_prove(tmp_path: Path):
    path, _sealed = write_fec(tmp_path, of_year(a_year_and_a_bit(), YEAR))

    answer = verify(path)

    assert answer.code == 0
    assert "ni la chaîne ni la fin ne sont prouvées" in answer.text


def test_a_file_that_follows_another_one_holds(tmp_path: Path):
    before = {"CBL": (41, "b" * 64)}
    entries = chained([payment("CBL", "2026-12-30", "PAY-0042", 100)], previous=before)

    answers = verify_all(tmp_path, entries)

    assert [answer.code for answer in answers] == [0, 0, 0]
    assert entries[0].number == 42


def test_the_fingerprint_of_the_portal_can_be_compared(tmp_path: Path):
    content = jsonl(a_year_and_a_bit())
    path = wrote(tmp_path, "a.jsonl", content)

    same = verify(path, "--sha256", hashlib.sha256(content).hexdigest().upper())
    other = verify(path, "--sha256", "0" * 64)

    assert (same.code, other.code) == (0, 1)


def test_a_terminal_without_accents_stops_nothing(tmp_path: Path):
    path = wrote(tmp_path, "a.jsonl", jsonl(a_year_and_a_bit())[:-2])

    done = run("-X", "utf8=0", PROGRAM, path, env={"LC_ALL": "C"})

    assert (done.returncode, done.stderr) == (1, "")
    assert "ANOMALIE" in done.stdout


# --- files that are no exports


@pytest.mark.parametrize("content", [b"", b"\0\1\2", b"a;b;c\n1;2;3\n", b"\xef\xbb\xbf{}"])
def test_an_unknown_file_is_refused(tmp_path: Path, content: bytes):
    done = run(PROGRAM, wrote(tmp_path, "a", content))

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("Illisible :")


def test_a_missing_file_a_folder_and_seals_alone_are_refused(tmp_path: Path):
    _path, sealed = write_fec(tmp_path, of_year(a_year_and_a_bit(), YEAR))
    plain = wrote(tmp_path, "a.jsonl", jsonl(a_year_and_a_bit()))

    codes = [
        verify(tmp_path / "none").code,
        verify(tmp_path).code,
        verify(sealed).code,
        verify(plain, "--seals", sealed).code,
        verify(_path, "--seals", plain).code,
    ]

    assert codes == [2] * 5


@pytest.mark.parametrize(
    "line", [b"[" * 100_000, b'{"a":' + b"9" * 5000 + b"}", b'"\\ud800"', b"1"]
)
def test_absurd_json_is_a_breach_and_not_a_crash(tmp_path: Path, line: bytes):
    whole = jsonl(a_year_and_a_bit()).splitlines(keepends=True)

    answer = verify(wrote(tmp_path, "a.jsonl", whole[0] + line + b"\n" + b"".join(whole[1:])))

    assert answer.code == 1


def test_nothing_of_the_file_reaches_the_terminal_as_an_order(tmp_path: Path):
    entries = chained([payment("C\x1b[2J", "2026-12-30", "PAY-0001", 100)])

    answer = verify(wrote(tmp_path, "a.jsonl", jsonl(entries)))

    assert "\x1b" not in answer.text
