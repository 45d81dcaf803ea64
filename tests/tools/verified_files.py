"""Files written where a test asks, and what the verifier says of them."""

from pathlib import Path

from tests.tools.journal_files import Entry, csv_file, fec, jsonl, of_year, seals
from tests.tools.verifier import Answer, verify

YEAR, PERIOD = 2026, ("2026-12-01", "2026-12-31")
FEC_NAME, SEALS_NAME = "999123456FEC20261231.txt", "999123456FEC20261231_scelles.csv"


def wrote(folder: Path, name: str, content: bytes) -> Path:
    """A file of this content."""
    path = folder / name
    path.write_bytes(content)
    return path


def write_fec(folder: Path, entries: list[Entry], **options: str) -> tuple[Path, Path]:
    """A FEC of the first year, and its seals."""
    content = fec(entries, **options)
    path = wrote(folder, FEC_NAME, content)
    sealed = seals(entries, content, period=PERIOD, **options)
    return path, wrote(folder, SEALS_NAME, sealed)


def verify_all(folder: Path, entries: list[Entry]) -> list[Answer]:
    """The same entries in JSON Lines, CSV and a sealed FEC of the first year."""
    path, sealed = write_fec(folder, of_year(entries, YEAR))
    return [
        verify("--json", wrote(folder, "a.jsonl", jsonl(entries))),
        verify("--json", wrote(folder, "a.csv", csv_file(entries))),
        verify("--json", path, "--seals", sealed),
    ]


def said(answer: Answer) -> str:
    """All that the answer finds wrong."""
    return " | ".join(breach["what"] for breach in answer.breaches)
