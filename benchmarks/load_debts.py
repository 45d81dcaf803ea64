"""How long a fund's software takes to bring a million debts, and in how much memory.

Run on an otherwise idle machine, from the project's folder:

    .venv/bin/python -m caf_portal.embedded run --profile demo -- \
        .venv/bin/python -m benchmarks.load_debts

``manage.py load_lot`` loads a file of debts, with their people (two for three debts), into a real
PostgreSQL with fsync: read, checked, written under the walls, with every index, constraint and
trigger, in one transaction. The time is that of the whole command, the start of Python included.
It is compared, in the same run, with the least that the same rows can cost: one COPY into a table
without index, key or wall. Memory is the peak of the command's process, and, apart, what
PostgreSQL's own process for it takes beyond the buffers that all its processes share.
"""

import argparse
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import django
import psutil

os.environ["DJANGO_SETTINGS_MODULE"] = "caf_portal.settings.test"
django.setup()

from django.db import connection, connections

from benchmarks.database import bench_database
from caf_portal.database.scope import national_scope
from payments.services.invariants import find_breaches

ROOT = Path(__file__).resolve().parents[1]
DATABASE = "bench_lots"
#: Of a million debts; fewer must take their share of it, the start of Python apart.
LIMIT_SECONDS, LIMIT_MIB = 120.0, 500
START_SECONDS = 5.0
NATURES = ("IN5", "INK", "IM3", "IN1", "INL")
PERSON = ("type", "id", "numero", "nom", "prenom", "naissance", "email")
DEBT = (
    *("type", "id", "numero", "nature", "rang", "motif", "origine", "periode_debut", "periode_fin"),
    *("enregistree", "notifiee", "montant_centimes", "mode", "retenue_centimes"),
)


def main() -> int:
    """Measure, print, and fail when a limit is passed or an invariant broken."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--debts", type=int, default=1_000_000)
    parser.add_argument("--format", choices=["jsonl", "csv"], default="jsonl")
    options = parser.parse_args()
    with bench_database(DATABASE), tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"dettes.{options.format}"
        lines = write_file(path, options.debts)
        load_average = os.getloadavg()[0]
        bare = bare_copy(path)
        seconds, own, server = load(path)
        with national_scope(), connection.cursor() as cursor:
            cursor.execute("SELECT count(*), sum(balance_cents) FROM allocataires_creance")
            debts, cents = cursor.fetchone()
        breaches = find_breaches()
        size_mib = path.stat().st_size / 2**20
    print(f"{debts} debts of {cents / 100:.2f} € in {lines} lines, {size_mib:.0f} MiB")
    print(f"load average before: {load_average:.1f} on {os.cpu_count()} cores")
    limit = START_SECONDS + (LIMIT_SECONDS - START_SECONDS) * options.debts / 1_000_000
    print(f"seconds          {seconds:8.1f}   limit {limit:.1f} ({seconds / limit:.2f})")
    print(f"bare COPY        {bare:8.1f}   ratio {seconds / bare:.1f}")
    for name, taken in (("command", own), ("PostgreSQL", server)):
        print(
            f"{name:12} peak {taken.mib:5.0f} MiB   limit {LIMIT_MIB}; processor {taken.cpu:.1f} s"
        )
    print(f"{len(breaches)} invariant(s) broken")
    wrong = debts != options.debts or bool(breaches)
    return int(wrong or seconds > limit or max(own.mib, server.mib) > LIMIT_MIB)


def rows(debts: int) -> Iterator[dict[str, object]]:
    """Invented people and debts, the same at each run; one debt in fifty is of this month."""
    rng = random.Random(1)  # noqa: S311 - an invented file
    people = max(debts * 2 // 3, 1)
    today = date.today()  # noqa: DTZ011 - an invented file
    for n in range(people):
        born = date(1950, 1, 1) + timedelta(days=rng.randrange(20_000))
        email = f"personne{n}@example.org" if n % 2 else ""
        yield dict(
            zip(
                PERSON,
                ("personne", f"P{n}", f"{n:07d}", f"Exemple{n % 5000}", f"Prénom{n % 900}",
                 born.isoformat(), email),
                strict=True,
            )
        )  # fmt: skip
    for n in range(debts):
        notified = today - timedelta(days=rng.randrange(30 if n % 50 == 0 else 1500))
        recorded, end = notified - timedelta(days=7), notified - timedelta(days=40)
        mode = rng.choice(("RETENUE", "DIRECT", "DIRECT"))
        values = (
            "creance", f"C{n}", f"{n % people:07d}", NATURES[n % 5], f"{n // people:03d}",
            rng.choice(("40", "50", "10", "20")), rng.choice(("10", "80", "50")),
            (end - timedelta(days=90)).isoformat(), end.isoformat(), recorded.isoformat(),
            notified.isoformat(), cents_of(n), mode,
            4_800 if mode == "RETENUE" else None,
        )  # fmt: skip
        yield dict(zip(DEBT, values, strict=True))


def cents_of(n: int) -> int:
    """The amount of the n-th debt."""
    return 1_000 + n * 7_919 % 399_000


def write_file(path: Path, debts: int) -> int:
    """The file as the fund's software would make it, and its rows ready for COPY; their number."""
    cents = sum(
        int(str(row["montant_centimes"])) for row in rows(debts) if row["type"] == "creance"
    )
    header = {
        "type": "entete", "schema": "1", "caisse": "011", "journee": "2026-11-20", "sequence": 1,
        "personnes_lignes": max(debts * 2 // 3, 1), "creances_lignes": debts,
        "creances_centimes": cents, "mois_lignes": 0, "mois_centimes": 0, "mouvements_lignes": 0,
        "mouvements_centimes": 0, "etats_lignes": 0,
    }  # fmt: skip
    names = list(dict.fromkeys([*header, *PERSON, *DEBT]))
    count = 1
    columns = list(dict.fromkeys([*PERSON, *DEBT]))
    with (
        path.open("w", encoding="utf-8", newline="") as file,
        path.with_suffix(".copy").open("w", encoding="utf-8") as ready,
    ):
        if path.suffix == ".csv":
            file.write(",".join(names) + "\r\n")
        file.write(_written(path.suffix, names, header))
        for row in rows(debts):
            file.write(_written(path.suffix, names, row))
            found = (row.get(name) for name in columns)
            ready.write("\t".join("\\N" if v is None else str(v) for v in found) + "\n")
            count += 1
    return count


def _written(suffix: str, names: list[str], row: dict[str, object]) -> str:
    if suffix == ".csv":
        found = (row.get(name) for name in names)
        return ",".join("" if value is None else str(value) for value in found) + "\r\n"
    return json.dumps({k: v for k, v in row.items() if v != ""}, ensure_ascii=False) + "\n"


def bare_copy(path: Path) -> float:
    """Seconds of one COPY of the same rows, ready made, into a table without anything else."""
    owner = connections["owner"]
    owner.settings_dict["NAME"] = DATABASE
    columns = ", ".join(f"{name} text" for name in dict.fromkeys([*PERSON, *DEBT]))
    with path.with_suffix(".copy").open("rb") as ready, owner.cursor() as cursor:
        cursor.execute(f"CREATE TABLE bare ({columns})")
        started = time.perf_counter()
        with cursor.copy("COPY bare FROM STDIN") as copy:
            while piece := ready.read(2**20):
                copy.write(piece)
        elapsed = time.perf_counter() - started
        cursor.execute("DROP TABLE bare")
    owner.close()
    return elapsed


@dataclass
class Taken:
    """What a process took: peak of its own memory, seconds of processor.

    On a machine that others load, the seconds of processor say more than those of the clock: the
    command and its PostgreSQL process mostly wait for each other.
    """

    mib: float = 0.0
    cpu: float = 0.0


def load(path: Path) -> tuple[float, Taken, Taken]:
    """Seconds of the command, what it took, and what its PostgreSQL process took."""
    parts = urlsplit(os.environ["DATABASE_URL"])
    url = urlunsplit(parts._replace(path=f"/{DATABASE}"))
    command = [sys.executable, "manage.py", "load_lot", str(path), "--caisse", "011"]
    environment = {**os.environ, "DATABASE_URL": url, "DATABASE_OWNER_URL": ""}
    connection.close()
    started = time.perf_counter()
    process = subprocess.Popen(command, cwd=ROOT, env=environment)  # noqa: S603 - our own command
    server = Taken()
    watcher = threading.Thread(target=_watch, args=(process, server), daemon=True)
    watcher.start()
    code = process.wait()
    elapsed = time.perf_counter() - started
    watcher.join(timeout=5)
    if code:
        raise SystemExit(f"load_lot failed ({code})")
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return elapsed, Taken(used.ru_maxrss / 1024, used.ru_utime + used.ru_stime), server


def _watch(process: "subprocess.Popen[bytes]", server: Taken) -> None:
    """What PostgreSQL's process for this database takes to itself, looked at twice a second."""
    while process.poll() is None:
        for each in psutil.process_iter(["cmdline"]):
            if f" {DATABASE} " in " ".join(each.info["cmdline"] or []):
                try:
                    used = each.cpu_times()
                    server.mib = max(server.mib, each.memory_full_info().uss / 2**20)
                    server.cpu = max(server.cpu, used.user + used.system)
                except psutil.Error:
                    continue
        time.sleep(0.5)


if __name__ == "__main__":
    sys.exit(main())
