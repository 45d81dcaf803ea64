"""How long the verifier takes to judge a long export, and in how much memory.

Run on an otherwise idle machine, from the project's folder; no server is needed:

    .venv/bin/python -m benchmarks.verify_journal --lines 1000000

For each format, a file of one journal with two lines an écriture is written, then
``tools/verify_journal.py`` judges it in a process of its own, as an auditor would run it. Its
time, the start of Python included, is compared in the same run with the least that reading the
same file can cost: ``wc -l``, and its SHA-256 alone. Memory is the peak of the process, for the
whole file and for one a tenth as long: it must not grow with the file.
"""

import argparse
import hashlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import IO, NamedTuple

from tests.tools import journal_files as made

PROGRAM = Path(__file__).resolve().parents[1] / "tools" / "verify_journal.py"
LIMIT_MIB = 100
FIRST_DAY, PERIOD = date(2026, 1, 1), ("2026-01-01", "2026-12-31")
FEC_NAME, FORMATS = "999123456FEC20261231.txt", ("jsonl", "csv", "fec")


class Taken(NamedTuple):
    """What a process took."""

    seconds: float
    mib: float


class Hashed:
    """A file that knows the SHA-256 of what was written in it."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self.sha = file, hashlib.sha256()

    def write(self, content: bytes | str) -> None:
        """Add bytes, or a line of text."""
        raw = content if isinstance(content, bytes) else f"{content}\n".encode()
        self._file.write(raw)
        self.sha.update(raw)


def main() -> int:
    """Measure, print, and fail when the memory passes its limit or a file is not found to hold."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--lines", type=int, default=1_000_000)
    parser.add_argument("--format", choices=FORMATS, action="append")
    options = parser.parse_args()
    print(f"load average before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    print(f"{'':7}{'lines':>10}{'MiB':>7}{'seconds':>9}{'peak':>10}{'/wc':>7}{'/sha256':>9}")
    peaks = []
    for name in options.format or FORMATS:
        for lines in (options.lines // 10, options.lines):
            with tempfile.TemporaryDirectory() as folder:
                peaks.append(measure(name, lines, Path(folder)))
    print(f"highest peak {max(peaks):.0f} MiB, limit {LIMIT_MIB} ({max(peaks) / LIMIT_MIB:.2f})")
    return int(max(peaks) > LIMIT_MIB)


def measure(name: str, lines: int, folder: Path) -> float:
    """Write a file, judge it, print; the peak of memory in MiB."""
    paths = write_files(name, lines // 2, folder)
    command = [sys.executable, "-I", "-S", PROGRAM, paths[0]]
    taken = run([*command, "--seals", paths[1]] if len(paths) > 1 else command)
    counted, started = run(["wc", "-l", *paths]), time.perf_counter()
    for path in paths:
        with path.open("rb") as file:
            hashlib.file_digest(file, "sha256")
    hashed = time.perf_counter() - started
    size = sum(path.stat().st_size for path in paths) / 2**20
    print(
        f"{name:7}{lines:10}{size:7.0f}{taken.seconds:9.1f}{taken.mib:6.0f} MiB"
        f"{taken.seconds / counted.seconds:7.0f}{taken.seconds / hashed:9.0f}"
    )
    return taken.mib


def run(command: list[object]) -> Taken:
    """Run to its end; what it took. Stops everything when it fails."""
    started = time.perf_counter()
    process = subprocess.Popen(list(map(str, command)), stdout=subprocess.DEVNULL)  # noqa: S603 - ours
    _pid, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{command} ended with {process.returncode}")
    return Taken(time.perf_counter() - started, usage.ru_maxrss / 1024)


def ecritures(count: int) -> Iterator[made.Entry]:
    """The same object each time, as the next écriture of journal CBL, spread over the year."""
    entry = made.payment("CBL", PERIOD[0], "", 0)
    entry.positions, entry.hash = [1, 2], made.ZEROS
    for n in range(count):
        day = (FIRST_DAY + timedelta(days=n * 360 // count)).isoformat()
        entry.accounting_on = entry.origin_on = entry.validated_on = day
        entry.number, entry.id = n + 1, made.uuid_of(n)
        entry.piece = entry.lines[0].label = f"PAY-{n:09d}"
        entry.label = f"Paiement par carte {entry.piece}"
        entry.lines[0].debit = entry.lines[1].credit = cents_of(n)
        entry.lines[1].auxiliaire = f"{n % 10_000_000:07d}-INK-001"
        entry.previous_hash = entry.hash
        entry.hash = made.digest_of(entry)
        yield entry


def cents_of(n: int) -> int:
    """The amount of the n-th écriture."""
    return 100 + n * 7_919 % 39_900


def write_files(name: str, count: int, folder: Path) -> list[Path]:
    """A file of this format, and its seals when it is a FEC."""
    path, beside = folder / (FEC_NAME if name == "fec" else name), folder / "scelles.csv"
    last = made.payment("CBL", PERIOD[0], "", 0)
    with path.open("wb") as raw, beside.open("wb") as raw_seals:
        file, seals = Hashed(raw), Hashed(raw_seals)
        start(name, file, seals)
        for last in ecritures(count):
            one(name, last, file, seals)
        total = sum(cents_of(n) for n in range(count))
        if name == "jsonl":
            file.write(json_end(last, count, total, file.sha.hexdigest()))
        elif name == "csv":
            csv_end(file, last, count, total)
        else:
            csv_end(seals, last, count, total, "utf-8", file.sha.hexdigest())
    return [path, beside] if name == "fec" else [path]


def start(name: str, file: Hashed, seals: Hashed) -> None:
    """The first line."""
    if name == "jsonl":
        journal = {"code": "CBL", "label": "CB", "previous_hash": made.ZEROS, "previous_number": 0}
        file.write(
            made.dumped(
                {"format": "caf-journal", "version": 1, "caisse": made.CAISSE, "siren": made.SIREN,
                 "caisse_label": made.LABEL, "from_on": PERIOD[0], "to_on": PERIOD[1],
                 "as_of": made.AS_OF, "journals": [journal]}
            )
        )  # fmt: skip
    else:
        file.write(made.CSV_HEADER if name == "csv" else made.FEC_HEADER)
        seals.write(made.SEALS_HEADER)


def one(name: str, entry: made.Entry, file: Hashed, seals: Hashed) -> None:
    """One écriture."""
    if name == "jsonl":
        file.write(made.json_of(entry))
        return
    for row in made.csv_rows(entry) if name == "csv" else made.fec_rows(entry):
        file.write(row)
    if name == "fec":
        seals.write(
            made.row_of(
                made.CAISSE, entry.journal, entry.exercice, entry.number, entry.label,
                entry.previous_hash, entry.hash,
            )
        )  # fmt: skip


def json_end(last: made.Entry, count: int, total: int, digest: str) -> bytes:
    """The last line of JSON Lines."""
    journal = {"code": "CBL", "last_number": last.number, "last_hash": last.hash}
    return made.dumped(
        {"end": True, "ecritures": count, "lines": 2 * count, "debit_cents": total,
         "credit_cents": total, "journals": [journal], "sha256": digest}
    )  # fmt: skip


def csv_end(file: Hashed, last: made.Entry, count: int, total: int, *more: str) -> None:
    """The EXPORT, JOURNAL and FIN lines of a CSV or of seals."""
    file.write(
        made.row_of("EXPORT", 1, made.CAISSE, made.SIREN, made.LABEL, *PERIOD, made.AS_OF, *more)
    )
    file.write(made.row_of("JOURNAL", "CBL", "CB", 0, made.ZEROS, last.number, last.hash))
    digest, amount = file.sha.hexdigest(), made.euros(total)
    file.write(made.row_of("FIN", count, 2 * count, amount, amount, digest))


if __name__ == "__main__":
    sys.exit(main())
