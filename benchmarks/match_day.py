"""How long the lines of a day take to be matched, from ten thousand to a million transactions.

Run on an otherwise idle machine, from the project's folder:

    .venv/bin/python -m caf_portal.embedded run --profile demo -- \
        .venv/bin/python -m benchmarks.match_day

A day of one fund: each transaction has its écriture (two lines), its line of JT and its line of
JRB without identifier, all in one remittance that the bank brought in one line. ``match_gateway``
matches both files, ``impute_bank_lines`` imputes the bank line and letters the whole remittance,
``prove_day`` proves the day: all of it under the walls, with every index, key and trigger, on a
real PostgreSQL with fsync. One transaction in a thousand is unknown to the books, one in a thousand
to the platform, one in a thousand has another amount. Rows are written by COPY beforehand, apart.
"""

import argparse
import os
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "caf_portal.settings.test"
django.setup()

from django.db import connection, connections

from benchmarks.database import bench_database
from caf_portal.database.scope import caisse_scope, national_scope
from caisses.models import Caisse
from comptabilite.models import LigneLettree
from rapprochement.models import Appariement, Rapprochement
from rapprochement.services.imputing import impute_bank_lines
from rapprochement.services.matching import match_gateway
from rapprochement.services.proving import prove_day
from rapprochement.statements import take_time

DATABASE = "bench_match"
SIZES = (10_000, 100_000, 1_000_000)
#: For a million transactions, on two cores.
LIMIT_SECONDS = 60.0
FILLED = (
    "comptabilite_ecriture",
    "comptabilite_ligne",
    "rapprochement_ligneplateforme",
    "rapprochement_lignebanque",
)
DAY, NOW = date(2026, 11, 20), datetime(2026, 11, 21, 6, tzinfo=UTC)
FILL = Path(__file__).with_name("match_day.sql").read_text(encoding="utf-8")


def main() -> int:
    """Measure, print, and fail when the limit is passed or something is matched wrongly."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    options = parser.parse_args()
    print(f"load average before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    print(f"{'transactions':>12} {'match':>8} {'impute':>8} {'prove':>8}   seconds a million")
    taken, wrong = {}, False
    for size in options.sizes:
        with bench_database(DATABASE):
            caisse_id = fill(size)
            steps = [timed(step, caisse_id) for step in (_match, _impute, _prove)]
            wrong |= not _is_right(caisse_id, size)
        taken[size] = steps[0]
        figures = " ".join(f"{seconds:8.1f}" for seconds in steps)
        print(f"{size:12} {figures}   {steps[0] * 1_000_000 / size:.1f}")
    largest, smallest = max(taken), min(taken)
    growth = (taken[largest] / taken[smallest]) / (largest / smallest)
    limit = LIMIT_SECONDS * largest / 1_000_000
    print(f"growth {growth:.2f} times that of the number of transactions")
    print(f"limit  {limit:.1f} s for {largest} matched ({taken[largest] / limit:.2f} of it)")
    print("matched wrongly" if wrong else "every match as expected")
    return int(wrong or taken[largest] > limit)


def fill(size: int) -> int:
    """The rows of a day of one fund, and the bank's line for its first remittance; the fund."""
    _owner("ALTER TABLE {} DISABLE TRIGGER USER")
    with national_scope(), connection.cursor() as cursor:
        take_time()
        caisse_id = Caisse.objects.get(code="011").pk
        cursor.execute(FILL.replace(":caisse", str(caisse_id)).replace(":size", str(size)))
    _owner("ALTER TABLE {} ENABLE TRIGGER USER")
    # What autovacuum does within a minute of such a load.
    _owner("VACUUM ANALYZE {}")
    return caisse_id


def _owner(statement: str) -> None:
    """Run a statement on each table that is filled: its triggers check line by line what is true
    by construction here, and are no part of what is measured."""
    owner = connections["owner"]
    owner.settings_dict["NAME"] = DATABASE
    with owner.cursor() as cursor:
        for table in FILLED:
            cursor.execute(statement.format(table))
    owner.close()


def timed(step: Callable[[int], object], caisse_id: int) -> float:
    """Seconds of a step, its commit included."""
    started = time.perf_counter()
    step(caisse_id)
    return time.perf_counter() - started


def _match(caisse_id: int) -> None:
    match_gateway(caisse_id=caisse_id, now=NOW)


def _impute(caisse_id: int) -> None:
    impute_bank_lines(caisse_id=caisse_id, now=NOW)


def _prove(caisse_id: int) -> None:
    prove_day(caisse_id=caisse_id, day_on=DAY, now=NOW)


def _is_right(caisse_id: int, size: int) -> bool:
    odd = size // 1000
    with caisse_scope(caisse_id):
        kinds = {kind: Appariement.objects.filter(kind=kind).count() for kind in ("JT", "JRB")}
        proof = Rapprochement.objects.get(day_on=DAY)
        lettered = LigneLettree.objects.count()
    expected = {"JT": size - 3 * odd, "JRB": size - 3 * odd}
    return kinds == expected and proof.unexplained == 3 * odd and lettered == size - 3 * odd + 1


if __name__ == "__main__":
    sys.exit(main())
