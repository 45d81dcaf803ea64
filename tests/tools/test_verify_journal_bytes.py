"""One byte changed, added or taken away anywhere is found, in every format."""

import random
from pathlib import Path

import pytest

from tests.tools.journal_files import chained, csv_file, fec, jsonl, payment, seals
from tests.tools.verifier import holds

PERIOD = ("2026-12-01", "2026-12-31")
FEC_NAME = "999123456FEC20261231.txt"


def small() -> dict[str, bytes]:
    """The same two écritures in each file."""
    entries = chained(
        [
            payment("CBL", "2026-12-30", "PAY-1", 2_400, label='=«;"»'),
            payment("CBL", "2026-12-31", "PAY-2", 1, origin_on="2026-12-30"),
        ]
    )
    plain, latin = fec(entries), fec(entries, charset="iso-8859-15")
    return {
        "jsonl": jsonl(entries, period=PERIOD),
        "csv": csv_file(entries, period=PERIOD),
        "fec": plain,
        "seals": seals(entries, plain, period=PERIOD),
        "fec in latin 9": latin,
        "seals in latin 9": seals(entries, latin, period=PERIOD, charset="iso-8859-15"),
    }


def spoilt_at(content: bytes, offset: int, rng: random.Random) -> list[bytes]:
    """The file with its byte nearly the same, or any other, or not there, or one more before."""
    before, byte, after = content[:offset], content[offset], content[offset + 1 :]
    other = rng.choice([n for n in range(256) if n not in (byte, byte ^ 1)])
    return [
        before + bytes([byte ^ 1]) + after,
        before + bytes([other]) + after,
        before + after,
        before + bytes([other, byte]) + after,
    ]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["jsonl", "csv", "fec", "seals", "fec in latin 9"])
def test_one_byte_spoilt_anywhere_is_found(tmp_path: Path, name: str):
    files = small()
    path = tmp_path / (FEC_NAME if name not in ("jsonl", "csv") else "file")
    beside = tmp_path / "scelles.csv"
    options = [path]
    if name not in ("jsonl", "csv"):
        latin = " in latin 9" if "latin" in name else ""
        path.write_bytes(files[f"fec{latin}"])
        beside.write_bytes(files[f"seals{latin}"])
        options.append(beside)
    spoilt = beside if name == "seals" else path
    content = files[name]
    spoilt.write_bytes(content)
    assert holds(*options)
    rng = random.Random(name)  # noqa: S311 - the same bytes at each run

    missed = []
    for offset in range(len(content)):
        for n, wrong in enumerate(spoilt_at(content, offset, rng)):
            spoilt.write_bytes(wrong)
            if holds(*options):
                missed.append((offset, n, content[max(0, offset - 20) : offset + 5]))

    assert missed == []


@pytest.mark.parametrize("name", ["jsonl", "csv", "fec", "seals"])
def test_a_file_cut_anywhere_is_found(tmp_path: Path, name: str):
    files = small()
    path, beside = tmp_path / FEC_NAME, tmp_path / "scelles.csv"
    path.write_bytes(files["fec"])
    beside.write_bytes(files["seals"])
    spoilt = beside if name == "seals" else path
    options = [path, beside] if name in ("fec", "seals") else [path]

    missed = []
    for length in range(0, len(files[name]), 3):
        spoilt.write_bytes(files[name][:length])
        if holds(*options):
            missed.append(length)

    assert missed == []
