"""How long an export takes, and in how much memory, against a bare COPY of the same rows.

Run on an otherwise idle machine, from the project's folder:

    .venv/bin/python -m caf_portal.embedded run --profile demo -- \
        .venv/bin/python -m benchmarks.export_journal

A year of one fund is written in a database of its own by a few statements, without the triggers
that would take long (numbers and chain are the real ones). ``build_export`` then runs in a process
of its own, as a worker would: read, checked, written in pieces, committed piece by piece. Its time,
the start of Python left out, is compared in the same run with one ``COPY (SELECT …) TO`` of the
same rows to nowhere. Memory is the peak of the whole process, and what the build added to it; it
is measured for a tenth of the lines too: it must not grow with them.
"""

import argparse
import hashlib
import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "caf_portal.settings.test"
django.setup()

from django.db import connection, connections

from benchmarks.database import bench_database
from caf_portal.database.scope import caisse_scope
from caisses.models import Caisse
from comptabilite.exports.segments import parameters_of
from comptabilite.models import Export

ROOT = Path(__file__).resolve().parents[1]
DATABASE = "bench_exports"
#: Added by the build to a process that has started; the whole process is printed too.
LIMIT_MIB = 100
#: How much more a million lines may take than a hundred thousand.
LIMIT_GROWTH_MIB = 16
FORMATS = ("FEC", "CSV", "JSONL")
#: Those that the owner, whom the walls hold too, reads and writes to fill the books.
TABLES = [
    f"comptabilite_{name}"
    for name in ("journal", "compte", "ecriture", "ligne", "cloture", "validation")
]

_FILL = """
INSERT INTO comptabilite_ecriture (caisse_id, journal_id, public_id, event, accounting_on,
                                   origin_on, recorded_at, label, piece, source_id, reason)
SELECT %(caisse)s, j.id, gen_random_uuid(), 'CARD_PAYMENT', d.day, d.day, d.day + time '12:00',
       'Paiement par carte ' || d.piece, d.piece, gen_random_uuid(), ''
  FROM comptabilite_journal j,
       LATERAL (SELECT date '2026-01-01' + (n * 365 / %(count)s)::int AS day,
                       'PAY-' || to_char(n, 'FM000000000') AS piece
                  FROM generate_series(0, %(count)s - 1) n ORDER BY n) d
 WHERE j.caisse_id = %(caisse)s AND j.code = 'CBL';
INSERT INTO comptabilite_ligne (caisse_id, ecriture_id, position, compte_id, auxiliaire, label,
                                debit_cents, credit_cents)
SELECT e.caisse_id, e.id, p.position, c.id,
       CASE p.position WHEN 1 THEN '' ELSE to_char(e.id %% 10000000, 'FM0000000') || '-INK-001' END,
       e.label, CASE p.position WHEN 1 THEN a.cents ELSE 0 END,
       CASE p.position WHEN 2 THEN a.cents ELSE 0 END
  FROM comptabilite_ecriture e
 CROSS JOIN (VALUES (1, '5115'), (2, '409230')) p (position, number)
  JOIN comptabilite_compte c ON c.caisse_id = e.caisse_id AND c.number = p.number
 CROSS JOIN LATERAL (SELECT 100 + e.id * 7919 %% 39900 AS cents) a
 ORDER BY e.id, p.position;
ANALYZE;
INSERT INTO comptabilite_cloture (caisse_id, periode, first_on, last_on, closed_at, ecritures,
                                  debit_cents, residual_cents, proof)
SELECT %(caisse)s, 'JOUR', d, d, d + interval '29 hours', 0, 0, 0, '{}'
  FROM generate_series(timestamp '2026-01-01', timestamp '2026-12-31', interval '1 day') d;
"""
#: What is hashed, two rows an écriture; keys grow with days.
_TO_CHAIN = """
SELECT e.id, e.journal_id, c.id, to_char(e.accounting_on, 'YYYYMMDD'), c.last_on + 1,
       to_char(c.last_on + 1, 'YYYYMMDD'), c.closed_at, e.piece, e.label,
       l.position, a.number, l.auxiliaire, l.label, l.debit_cents, l.credit_cents
  FROM comptabilite_ecriture e
  JOIN comptabilite_cloture c ON c.caisse_id = e.caisse_id AND c.last_on = e.accounting_on
  JOIN comptabilite_ligne l ON l.ecriture_id = e.id
  JOIN comptabilite_compte a ON a.id = l.compte_id
 WHERE e.id > %s AND e.id <= %s
 ORDER BY e.id, l.position
"""
_COPY = """
COPY comptabilite_validation (caisse_id, ecriture_id, journal_id, cloture_id, exercice, number,
                              validated_on, validated_at, previous_hash, hash) FROM STDIN
"""
#: Écritures chained at once.
BATCH = 20_000
_ASK = """
INSERT INTO comptabilite_export (caisse_id, public_id, format, format_version, siren, caisse_label,
    first_on, last_on, as_of, encoding, status, done_lines, total_lines, filename, size_bytes,
    sha256, files, failure, asked_at)
SELECT id, gen_random_uuid(), %s, 1, siren, nom, '2026-01-01', %s, '2027-01-10', 'utf-8',
       'DEMANDE', 0, 0, '', 0, '', '[]', '', '2027-01-10'
  FROM caisses_caisse WHERE id = %s RETURNING id
"""
_BARE = """
COPY (SELECT v.number, v.exercice, e.accounting_on, e.origin_on, v.validated_on, e.piece, e.label,
             e.event, e.public_id, v.previous_hash, v.hash, l.position, l.compte_id, l.auxiliaire,
             l.label, l.debit_cents, l.credit_cents
        FROM comptabilite_validation v
        JOIN comptabilite_ecriture e ON e.id = v.ecriture_id
        JOIN comptabilite_ligne l ON l.ecriture_id = e.id
       WHERE e.accounting_on <= %(last_on)s AND v.caisse_id = %(caisse_id)s
       ORDER BY v.number, l.position) TO STDOUT
"""
#: What the worker's process runs. ``ru_maxrss`` would be that of whoever started it.
_WORKER = """
import json, re, sys, time, django
from pathlib import Path
django.setup()
def mib(name):
    found = re.search(name + r":\\s+([0-9]+) kB", Path("/proc/self/status").read_text())
    return int(found[1]) / 1024
from django.db import connection
from django.utils import timezone
from comptabilite.services.building_exports import build_export
connection.ensure_connection()
before, cpu = mib("VmRSS"), time.process_time()
Path("/proc/self/clear_refs").write_text("5")
started = time.perf_counter()
made = build_export(export_id=int(sys.argv[1]), caisse_id=int(sys.argv[2]), now=timezone.now())
seconds = time.perf_counter() - started
print(json.dumps({"status": made.status, "failure": made.failure, "lines": made.done_lines,
    "mib": made.size_bytes / 2**20, "seconds": seconds, "cpu": time.process_time() - cpu,
    "started_mib": before, "peak_mib": mib("VmHWM")}))
"""


@dataclass
class Taken:
    """What one build took."""

    status: str
    failure: str
    lines: int
    mib: float
    seconds: float
    cpu: float
    started_mib: float
    peak_mib: float

    @property
    def added_mib(self) -> float:
        """What the build added to a process that had started."""
        return self.peak_mib - self.started_mib


def main() -> int:
    """Measure, print, and fail when a limit of memory is passed or a build fails."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--lines", type=int, default=1_000_000, help="up to 10,000,000")
    parser.add_argument("--format", choices=FORMATS, action="append")
    options = parser.parse_args()
    with bench_database(DATABASE):
        caisse = Caisse.objects.get(code="011")
        started = time.perf_counter()
        fill(caisse, options.lines // 2)
        print(f"{options.lines} lines written in {time.perf_counter() - started:.0f} s", flush=True)
        print(f"load average before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
        held = [measure(caisse, each, options.lines) for each in options.format or FORMATS]
    return int(not all(held))


def fill(caisse: Caisse, count: int) -> None:
    """The books, by the owner of the tables, in a session where triggers are off."""
    owner = connections["owner"]
    owner.settings_dict["NAME"] = DATABASE
    with owner.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        for table in TABLES:
            cursor.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        for statement in filter(str.strip, _FILL.split(";\n")):
            cursor.execute(statement, {"caisse": caisse.pk, "count": count})
        chain(cursor, caisse)
        for table in TABLES:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
            cursor.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        cursor.execute("VACUUM ANALYZE")
    owner.close()


def chain(cursor: Any, caisse: Caisse) -> None:
    """Numbers and hashes, as docs/journal-format.md says."""
    cursor.execute("SELECT min(id) - 1, max(id) FROM comptabilite_ecriture")
    first, last = cursor.fetchone()
    number, previous = 0, "0" * 64
    for start in range(first, last, BATCH):
        cursor.execute(_TO_CHAIN, [start, start + BATCH])
        batch = cursor.fetchall()
        with cursor.copy(_COPY) as copy:
            for key, same in groupby(batch, key=itemgetter(0)):
                rows = list(same)
                _, journal, closing, day, on, on_text, at, piece, label = rows[0][:9]
                number += 1
                head = (previous, caisse.code, "CBL", 2026, number, day, piece, day, label, on_text)
                text = "".join("\t".join(map(str, row)) + "\n" for row in (head, *_lines(rows)))
                digest = hashlib.sha256(text.encode()).hexdigest()
                copy.write_row(
                    (caisse.pk, key, journal, closing, 2026, number, on, at, previous, digest)
                )
                previous = digest


def _lines(rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    return [row[9:] for row in rows]


def measure(caisse: Caisse, format_: str, lines: int) -> bool:
    """Build a tenth of the year, then the year; print both; says whether memory held."""
    short, whole = (build(caisse, format_, last_on) for last_on in ("2026-02-05", "2026-12-31"))
    growth = whole.peak_mib - short.peak_mib
    for taken in (short, whole):
        print(
            f"{format_:5} {taken.lines:9} lines {taken.mib:6.0f} MiB {taken.seconds:7.1f} s"
            f" (processor {taken.cpu:.1f}); peak {taken.peak_mib:.0f} MiB in all,"
            f" {taken.added_mib:.0f} added, limit {LIMIT_MIB}",
            flush=True,
        )
    bare = bare_copy(caisse.pk)
    print(
        f"{format_:5} bare COPY {bare:.1f} s, ratio {whole.seconds / bare:.1f};"
        f" growth {growth:.0f} MiB, limit {LIMIT_GROWTH_MIB}",
        flush=True,
    )
    if whole.lines != lines:
        raise SystemExit(f"{whole.lines} lines exported out of {lines}")
    return whole.added_mib <= LIMIT_MIB and growth <= LIMIT_GROWTH_MIB


def build(caisse: Caisse, format_: str, last_on: str) -> Taken:
    """Ask for one export and have it built by a process of its own."""
    with caisse_scope(caisse.pk), connection.cursor() as cursor:
        cursor.execute(_ASK, [format_, last_on, caisse.pk])
        (export_id,) = cursor.fetchone()
    parts = urlsplit(os.environ["DATABASE_URL"])
    url = urlunsplit(parts._replace(path=f"/{DATABASE}"))
    command = [sys.executable, "-c", _WORKER, str(export_id), str(caisse.pk)]
    done = subprocess.run(  # noqa: S603 - our own command
        command,
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": url, "DATABASE_OWNER_URL": ""},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        check=True,
    )
    taken = Taken(**json.loads(done.stdout.splitlines()[-1]))
    if taken.status != "PRET":
        raise SystemExit(f"the export failed: {taken.failure}")
    return taken


def bare_copy(caisse_id: int) -> float:
    """Seconds of one COPY of the same rows in the same order, thrown away as they come."""
    asked = parameters_of(Export(caisse_id=caisse_id, last_on="2026-12-31"))
    with caisse_scope(caisse_id), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('statement_timeout', '20min', true)")
        started = time.perf_counter()
        with cursor.copy(_BARE, asked) as copy:
            for _piece in copy:
                pass
        return time.perf_counter() - started


if __name__ == "__main__":
    sys.exit(main())
