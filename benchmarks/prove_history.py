"""How long a proof and the dashboards take once the books hold years: they must not read them all.

Run on an otherwise idle machine, from the project's folder:

    .venv/bin/python -m caf_portal.embedded run --profile demo -- \
        .venv/bin/python -m benchmarks.prove_history

Ten minutes or so; ``--most 100000`` leaves the longest history out.

A hundred thousand payments, then a million, in a large fund that is paid 913 times a day by card
(four months, then three years): told by JT, remitted, brought by the bank, lettered, proved and
closed, but the last days. As many in the books of the hundred other funds together over a year,
closed too. ``prove_day`` proves the last day of the large fund; the dashboards are those of the
twelve months and of the thirty days, of the large fund and of all of them, as a page asks for them.
Rows are written beforehand, apart; closings total their days. Each time is the second of two.
"""

import argparse
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from functools import partial
from itertools import pairwise
from pathlib import Path

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "caf_portal.settings.test"
django.setup()

from django.db import connection

from benchmarks.database import as_owner, bench_database, unguarded, without_indexes
from caf_portal.database.scope import caisse_scope, national_scope
from caisses.models import Caisse
from rapprochement.models import Rapprochement
from rapprochement.pictures.figures import figures_by_fund, whole_period
from rapprochement.pictures.periods import Step, spans
from rapprochement.services.proving import prove_day
from rapprochement.statements import take_time

DATABASE = "bench_prove"
SIZES = (100_000, 1_000_000)
#: A request ends after ten seconds (``DATABASES``): a page takes a fifth of it at most.
PICTURE_SECONDS = 2.0
PROOF = "proof of a day"
#: Ten times the history, the same day: what depends on the history is less than the rest.
PROOF_GROWTH = 2.0
PER_DAY, OPEN = 913, 3
LAST, TODAY = date(2026, 11, 19), date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 6, tzinfo=UTC)
#: The numbers of a fund's rows: far enough from the next one's.
SPREAD = 10_000_000
FILLED = (
    "comptabilite_anomalie",
    "comptabilite_ecriture",
    "comptabilite_lettrage",
    "comptabilite_ligne",
    "comptabilite_lignelettree",
    "rapprochement_appariement",
    "rapprochement_comptebancaire",
    "rapprochement_fichierreleve",
    "rapprochement_imputation",
    "rapprochement_lignebanque",
    "rapprochement_ligneplateforme",
    "rapprochement_rapprochement",
    "rapprochement_releve",
    "rapprochement_remise",
    "rapprochement_remisebanque",
    "rapprochement_residu",
    "rapprochement_totalfichier",
)
#: Written by the triggers that are measured elsewhere.
KEPT_ON = ("comptabilite_cloture", "rapprochement_totaljour")
FILL = Path(__file__).with_name("prove_history.sql").read_text(encoding="utf-8")
_FUND = (
    "CREATE TEMPORARY TABLE bench_fund (caisse_id, base, days, per_day, last_on, open, whole)"
    " ON COMMIT DROP AS VALUES "
)
#: Days close one after the other, once what they hold is known to the planner.
_CLOSE = """
INSERT INTO comptabilite_cloture
       (caisse_id, periode, first_on, last_on, closed_at, ecritures, debit_cents, residual_cents,
        proof)
SELECT caisse_id, 'JOUR', day_on, day_on, computed_at + interval '2 hours', 0, 0, 0, '{}'
  FROM rapprochement_rapprochement ORDER BY caisse_id, day_on
"""


def main() -> int:
    """Measure, print, and fail when a limit is passed or a figure is wrong."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--most", type=int, default=SIZES[-1], help="the longest history measured")
    sizes = [size for size in SIZES if size <= parser.parse_args().most]
    print(f"load average before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    taken: dict[int, dict[str, float]] = {}
    wrong = False
    with bench_database(DATABASE):
        funds = _funds()
        for size in sizes:
            print(
                f"{size} payments in a fund, as many in the others, filled in ", end="", flush=True
            )
            print(f"{timed(partial(fill, funds, size=size)):.0f} s")
            taken[size] = {}
            for name, step in _steps(funds).items():
                step()
                taken[size][name] = timed(step)
                print(f"  {name:28}{taken[size][name] * 1000:9.0f} ms", flush=True)
            wrong |= not _is_right(funds, size)
            empty()
    late = _tell_growth(taken)
    print("a figure is wrong" if wrong else "every figure as expected")
    print(f"load average after: {os.getloadavg()[0]:.1f}")
    return int(wrong or late)


def _steps(funds: list[int]) -> dict[str, Callable[[], object]]:
    return {
        PROOF: partial(prove_day, caisse_id=funds[0], day_on=LAST, now=NOW),
        "12 months, large fund": partial(_picture, funds[:1], Step.MOIS),
        "30 days, large fund": partial(_picture, funds[:1], Step.JOUR),
        "12 months, every fund": partial(_picture, funds, Step.MOIS),
        "30 days, every fund": partial(_picture, funds, Step.JOUR),
    }


def _tell_growth(taken: dict[int, dict[str, float]]) -> bool:
    """How many times longer each step took on a longer history; whether a limit is passed."""
    growth = 0.0
    for smaller, larger in pairwise(sorted(taken)):
        print(f"{larger // smaller} times the history:")
        for name, seconds in taken[larger].items():
            print(f"  {name:28}{seconds / taken[smaller][name]:9.2f} times as long")
        growth = taken[larger][PROOF] / taken[smaller][PROOF]
    longest = taken[max(taken)]
    slowest = max(seconds for name, seconds in longest.items() if name != PROOF)
    part = slowest / PICTURE_SECONDS
    print(f"limit  {PICTURE_SECONDS:.1f} s for a picture: {part:.2f} of it taken")
    part = growth / PROOF_GROWTH
    print(f"limit  {PROOF_GROWTH:.1f} times as long for a proof: {part:.2f} of it taken")
    return slowest > PICTURE_SECONDS or growth > PROOF_GROWTH


def _funds() -> list[int]:
    with national_scope():
        return list(Caisse.objects.order_by("code").values_list("pk", flat=True))


def fill(funds: list[int], *, size: int) -> None:
    """Years of the first fund and a year of the others, closed until three days ago."""
    with (
        unguarded(FILLED),
        without_indexes(FILLED),
        national_scope(),
        connection.cursor() as cursor,
    ):
        take_time()
        rows = ", ".join(
            f"({pk}, {(rank + 1) * SPREAD}, {days}, {per_day}, date '{LAST}', {OPEN}, {rank == 0})"
            for rank, (pk, days, per_day) in enumerate(_lives(funds, size))
        )
        cursor.execute(_FUND + rows)
        cursor.execute("ANALYZE bench_fund")
        cursor.execute(FILL)
    # What autovacuum does within a minute of such a load.
    as_owner(f"VACUUM ANALYZE {table}" for table in FILLED)
    with national_scope(), connection.cursor() as cursor:
        take_time()
        cursor.execute(_CLOSE)
    as_owner(f"VACUUM ANALYZE {table}" for table in KEPT_ON)
    # The proof that is measured is numbered by the database.
    as_owner(
        f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), {SPREAD * SPREAD})"
        for table in FILLED
    )


def _lives(funds: list[int], size: int) -> Iterator[tuple[int, int, int]]:
    """Each fund, the days of its life and its payments a day."""
    yield funds[0], size // PER_DAY, PER_DAY
    for fund in funds[1:]:
        yield fund, 365, size // (365 * (len(funds) - 1))


def empty() -> None:
    """Take everything away that ``fill`` wrote, and the proof."""
    as_owner([f"TRUNCATE {', '.join((*FILLED, *KEPT_ON))} CASCADE"])


def timed(step: Callable[[], object]) -> float:
    """Seconds of a step, its commit included."""
    started = time.perf_counter()
    step()
    return time.perf_counter() - started


def _picture(funds: list[int], step: Step) -> object:
    with _scope(funds):
        return figures_by_fund(caisse_ids=funds, step=step, spans=spans(step, today=TODAY))


@contextmanager
def _scope(funds: list[int]) -> Iterator[None]:
    with caisse_scope(*funds) if len(funds) == 1 else national_scope():
        yield


def _is_right(funds: list[int], size: int) -> bool:
    """The day is proved, what the platform owes is the payments of the last two days, which the
    bank has not brought, and each payment of the year is in the picture."""
    with national_scope():
        proof = Rapprochement.objects.get(caisse_id=funds[0], day_on=LAST)
        shown = spans(Step.MOIS, today=TODAY)
        found = figures_by_fund(caisse_ids=funds, step=Step.MOIS, spans=shown)
    days = size // PER_DAY
    waiting = sum(1000 + n % 30000 for n in range((days - 2) * PER_DAY, days * PER_DAY))
    year = (LAST - shown[0].first_on).days + 1
    return (
        proof.unexplained == 0
        and proof.owed_cents == proof.ledger_owed_cents == waiting
        and all(
            whole_period(found[fund]).money.payments == min(days, year) * per_day
            for fund, days, per_day in _lives(funds, size)
        )
    )


if __name__ == "__main__":
    sys.exit(main())
