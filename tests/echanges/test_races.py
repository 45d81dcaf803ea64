"""Loads at the same time, and loads cut in the middle."""

import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress

import pytest
from django.db import DatabaseError, connection
from django.utils import timezone

from allocataires.models import Allocataire, Creance, Mouvement
from caf_portal.database.scope import national_scope
from echanges.models import Lot
from echanges.services import loading
from echanges.services.loading import apply_lot, unfinished_lots
from tests.echanges.files import debt, jsonl, movement, person, receive
from tests.processes.servers import ROOT, database_url

pytestmark = [pytest.mark.usefixtures("committed_db"), pytest.mark.slow]

LINES = (person(), debt(), movement())


def at_once(*calls):
    """Run the calls in threads that start together; gives what each returned or raised."""
    results, gate = [None] * len(calls), threading.Barrier(len(calls))

    def run(index, call):
        gate.wait()
        try:
            results[index] = call()
        except DatabaseError as error:
            results[index] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(calls)]
    [thread.start() for thread in threads]
    [thread.join(timeout=60) for thread in threads]
    return results


def apply(lot):
    return apply_lot(lot_id=lot.pk, caisse_id=lot.caisse_id, now=timezone.now())


def slowly(monkeypatch):
    """Both loads have read the tables before either writes."""
    meet, merge = threading.Barrier(2, timeout=2), loading.merge_people

    def late(*args):
        with suppress(threading.BrokenBarrierError):
            meet.wait()
        return merge(*args)

    monkeypatch.setattr(loading, "merge_people", late)


def test_the_same_file_received_and_applied_twice_at_once_is_one_lot(monkeypatch):
    slowly(monkeypatch)

    first, second = at_once(*[lambda: apply(receive(jsonl(*LINES)))] * 2)

    assert first.pk == second.pk
    assert {first.status, second.status} == {"APPLIQUE"}
    with national_scope():
        assert (Lot.objects.count(), Mouvement.objects.count()) == (1, 2)


def two_files():
    return receive(jsonl(*LINES)), receive(jsonl(*LINES, sequence=2))


def test_two_files_with_the_same_lines_at_once_apply_them_once(monkeypatch):
    slowly(monkeypatch)
    one, two = two_files()

    results = at_once(lambda: apply(one), lambda: apply(two))

    assert sorted(lot.applied_lines for lot in results) == [0, 3]
    with national_scope():
        assert Mouvement.objects.count() == 2


def test_without_taking_turns_two_files_do_collide(monkeypatch):
    monkeypatch.setattr(loading, "_wait_for_turn", lambda *_: None)
    slowly(monkeypatch)
    one, two = two_files()

    results = at_once(lambda: apply(one), lambda: apply(two))

    assert any(isinstance(result, DatabaseError) for result in results)


def test_a_load_killed_in_the_middle_leaves_nothing_half_done_and_is_finished(tmp_path):
    lot = receive(jsonl(*LINES))
    connection.close()
    mark = tmp_path / "merged"
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.echanges.paused_load", str(lot.pk), str(lot.caisse_id)],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": database_url(), "PAUSE_MARK": str(mark)},
    )
    deadline = time.monotonic() + 60
    while not mark.exists():
        assert process.poll() is None, "the load ended before the pause"
        assert time.monotonic() < deadline, "the load did not reach the pause"
        time.sleep(0.05)
    assert unfinished_lots() == [], "nobody else takes a lot that is being applied"

    process.send_signal(signal.SIGKILL)
    process.wait(timeout=10)
    _wait_until_free()

    with national_scope():
        assert not Allocataire.objects.exists()
        assert not Creance.objects.exists()
    assert unfinished_lots() == [(lot.pk, lot.caisse_id)]
    assert apply(lot).status == "APPLIQUE"
    with national_scope():
        assert Creance.objects.get().balance_cents == 250_00


def _wait_until_free():
    """PostgreSQL notices after a moment that nobody is there any more."""
    deadline = time.monotonic() + 20
    while not unfinished_lots():
        assert time.monotonic() < deadline, "the killed load still holds its lot"
        time.sleep(0.1)
