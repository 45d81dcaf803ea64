"""How long the lines of a day take to be matched, from ten thousand to a million transactions.

Run on an otherwise idle machine, from the project's folder:

    .venv/bin/python -m caf_portal.embedded run --profile demo -- \
        .venv/bin/python -m benchmarks.match_day

Ten minutes or so; ``--most 100000`` leaves the largest day out.

A day of one fund, another fund for each size: each transaction has its écriture (two lines), its
line of JT and its line of JRB without identifier, all in one remittance that the bank brought in
one line. ``match_gateway`` matches both files, ``impute_bank_lines`` imputes the bank line and
letters the whole remittance, ``prove_day`` proves the day: all of it under the walls, with every
index, key and trigger, on a real PostgreSQL with fsync. One transaction in a thousand is unknown
to the books, one in a thousand to the platform, one in a thousand has another amount. Rows are
written beforehand, apart.
"""

import argparse
import os
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from functools import partial
from itertools import pairwise
from pathlib import Path

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "caf_portal.settings.test"
django.setup()

from django.db import connection

from benchmarks.database import as_owner, bench_database, unguarded
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
STEPS = ("match", "impute", "prove")
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
    parser.add_argument("--most", type=int, default=SIZES[-1], help="the largest day measured")
    sizes = [size for size in SIZES if size <= parser.parse_args().most]
    print(f"load average before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    print(f"{'transactions':>12} {'filled':>8} {'match':>8} {'impute':>8} {'prove':>8}   seconds")
    taken: dict[int, list[float]] = {}
    wrong = False
    with bench_database(DATABASE):
        for caisse_id, size in zip(_funds(), sizes, strict=False):
            print(
                f"{size:12} {timed(partial(fill, size=size), caisse_id):8.1f}", end="", flush=True
            )
            taken[size] = []
            for step in (_match, _impute, _prove):
                taken[size].append(timed(step, caisse_id))
                print(f" {taken[size][-1]:8.1f}", end="", flush=True)
            print()
            wrong |= not _is_right(caisse_id, size)
    _tell_growth(taken)
    largest = max(taken)
    seconds, limit = taken[largest][0], LIMIT_SECONDS * largest / SIZES[-1]
    print(f"limit  {limit:.1f} s for {largest} matched: {seconds / limit:.2f} of it taken")
    print("matched wrongly" if wrong else "every match as expected")
    print(f"load average after: {os.getloadavg()[0]:.1f}")
    return int(wrong or seconds > limit)


def _tell_growth(taken: dict[int, list[float]]) -> None:
    """How many times longer than its number of transactions each larger day took."""
    for smaller, larger in pairwise(sorted(taken)):
        times = larger / smaller
        ratios = (b / a / times for a, b in zip(taken[smaller], taken[larger], strict=True))
        words = ", ".join(f"{step} {ratio:.2f}" for step, ratio in zip(STEPS, ratios, strict=True))
        print(f"growth from {smaller} to {larger}, over {times:.0f}: {words}")


def _funds() -> Sequence[int]:
    with national_scope():
        return list(Caisse.objects.order_by("code").values_list("pk", flat=True)[: len(SIZES)])


def fill(caisse_id: int, *, size: int) -> None:
    """The rows of a day of one fund, and the bank's line for its first remittance."""
    with unguarded(FILLED), national_scope(), connection.cursor() as cursor:
        take_time()
        cursor.execute(FILL.replace(":caisse", str(caisse_id)).replace(":size", str(size)))
    # What autovacuum does within a minute of such a load.
    as_owner([f"VACUUM ANALYZE {table}" for table in FILLED])


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
