"""How long the portal takes to book a payment when PayZen notifies it.

Run on an otherwise idle machine, from the project's folder:

    .venv/bin/python -m caf_portal.embedded run --profile demo -- \
        .venv/bin/python -m benchmarks.notification

A real gunicorn (2 workers of 4 threads, as in production, with the connection pool) and a real
PostgreSQL with fsync answer signed notifications, one after the other and then eight at a time.
Each books: states, movement, écriture, message. The time is what the caller sees on loopback,
hence a little more than the server's own. It is compared in the same run with the smallest thing
that must be paid in any case: two bare commits of one row each on the same PostgreSQL.
"""

import os
import statistics
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import django
import requests

os.environ["DJANGO_SETTINGS_MODULE"] = "caf_portal.settings.test"
django.setup()

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from benchmarks.database import bench_database
from caf_portal.database.scope import national_scope
from payments.services.invariants import find_breaches
from tests.allocataires.factories import AllocataireFactory, CreanceFactory
from tests.payments.factories import open_payment, signed_body
from tests.processes.servers import web_server

LIMIT_P95_MS = 60.0
WARM_UP, SEQUENTIAL, PARALLEL, AT_ONCE = 30, 300, 600, 8
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def main() -> int:
    """Measure, print, and fail when the limit is passed or an invariant broken."""
    with bench_database("bench_caf"), tempfile.TemporaryDirectory() as folder:
        counted = statements_of_one()
        bodies = [one_body() for _ in range(WARM_UP + SEQUENTIAL + PARALLEL)]
        bare = bare_commits()
        log = Path(folder) / "web.log"
        with web_server(
            "caf_portal.wsgi", log=log, workers=2, threads=4, DATABASE_POOL_SIZE="8"
        ) as (address, _process):
            url = f"{address}/paiement/ipn/"
            [send(url, body) for body in bodies[:WARM_UP]]
            alone = [send(url, body) for body in bodies[WARM_UP : WARM_UP + SEQUENTIAL]]
            started = time.perf_counter()
            with ThreadPoolExecutor(AT_ONCE) as pool:
                together = list(pool.map(lambda body: send(url, body), bodies[-PARALLEL:]))
            elapsed = time.perf_counter() - started
        breaches = find_breaches()
    return report(counted, bare, alone, together, PARALLEL / elapsed, len(breaches))


def one_body() -> bytes:
    """A signed notification that books a payment of one debt."""
    with national_scope():
        creance = CreanceFactory(allocataire=AllocataireFactory())
    return signed_body(open_payment(creance, now=timezone.now()))


def statements_of_one() -> int:
    """SQL statements of one booking, transaction words apart."""
    body = one_body()
    with CaptureQueriesContext(connection) as captured:
        Client().post("/paiement/ipn/", body, content_type=FORM["Content-Type"])
    words = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")
    return sum(not query["sql"].startswith(words) for query in captured)


def bare_commits() -> list[float]:
    """Milliseconds of two commits of one row each, the floor of what a booking must pay."""
    times = []
    with connection.cursor() as cursor:
        for _ in range(SEQUENTIAL):
            started = time.perf_counter()
            for _ in range(2):
                cursor.execute(
                    "INSERT INTO allocataires_identificationattempt"
                    " (address_digest, reference_digest, at) VALUES ('bench', 'bench', now())"
                )
            times.append((time.perf_counter() - started) * 1000)
    return times


def send(url: str, body: bytes) -> float:
    """Milliseconds of one notification, which must be applied."""
    started = time.perf_counter()
    answer = requests.post(url, data=body, headers=FORM, timeout=30)
    elapsed = (time.perf_counter() - started) * 1000
    if answer.text != "OK-APPLIED":
        raise SystemExit(f"not booked: {answer.status_code} {answer.text[:200]}")
    return elapsed


def p95(times: list[float]) -> float:
    """The 95th percentile."""
    return statistics.quantiles(times, n=20)[-1]


def report(
    counted: int,
    bare: list[float],
    alone: list[float],
    together: list[float],
    rate: float,
    breaches: int,
) -> int:
    """Print the figures with their ratios; 1 when the limit is passed."""
    rows = [
        ("two bare commits", bare),
        ("one after the other", alone),
        (f"{AT_ONCE} at a time", together),
    ]
    print(f"SQL statements of one booking: {counted} (limit 12)")
    print(f"{'':24}{'median':>10}{'p95':>10}{'p95/limit':>12}{'median/bare':>14}")
    for name, times in rows:
        middle, high = statistics.median(times), p95(times)
        print(
            f"{name:24}{middle:8.1f}ms{high:8.1f}ms{high / LIMIT_P95_MS:12.2f}"
            f"{middle / statistics.median(bare):14.1f}"
        )
    print(f"{rate:.0f} bookings a second at {AT_ONCE} at a time; {breaches} invariant(s) broken")
    return int(p95(alone) > LIMIT_P95_MS or counted > 12 or breaches > 0)


if __name__ == "__main__":
    sys.exit(main())
