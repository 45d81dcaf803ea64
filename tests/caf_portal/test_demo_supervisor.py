"""The demo's supervisor: all start together, and whatever happens nothing stays behind."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

SUPERVISE = """
import json, os, pathlib, sys
from caf_portal.demo.processes import Part
from caf_portal.demo.supervisor import supervise
order = json.loads(sys.argv[1])
parts = [Part(name, command, dict(os.environ)) for name, command in order["parts"].items()]
meanwhile = lambda: (print("started", flush=True), order["code"])[1]
sys.exit(supervise(parts, logs=pathlib.Path(order["logs"]), meanwhile=meanwhile))
"""


@contextmanager
def supervised(
    folder: Path, parts: dict[str, list[str]], *, code: int | None = None
) -> Iterator[subprocess.Popen[str]]:
    """A supervisor in a process of its own, once its parts have been started."""
    order = json.dumps({"parts": parts, "logs": str(folder), "code": code})
    with subprocess.Popen(
        [sys.executable, "-c", SUPERVISE, order], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "started\n"
        try:
            yield process
        finally:
            process.kill()


def sleepers(mark: str, *, expected: int) -> list[psutil.Process]:
    """The running ``sleep`` processes that carry this mark, waited for until there are enough."""
    deadline = time.monotonic() + 10
    while True:
        found = [
            process
            for process in psutil.process_iter(["cmdline", "status"])
            if process.info["cmdline"] == ["sleep", mark]
            and process.info["status"] != psutil.STATUS_ZOMBIE
        ]
        if len(found) == expected or time.monotonic() > deadline:
            return found
        time.sleep(0.1)


def test_when_one_part_dies_all_stop_and_its_last_words_are_shown(tmp_path: Path) -> None:
    parts = {
        "steady": ["sleep", "7001"],
        "unlucky": ["sh", "-c", "sleep 1; echo 'no more disk'; exit 3"],
    }

    with supervised(tmp_path, parts) as process:
        output, _ = process.communicate(timeout=30)

    assert process.returncode == 1
    assert "« unlucky » s'est arrêté (code 3)" in output
    assert "no more disk" in output
    assert sleepers("7001", expected=0) == []


def test_a_part_killed_before_it_said_a_word_is_told_too(tmp_path: Path) -> None:
    with supervised(tmp_path, {"silent": ["sleep", "7006"]}) as process:
        sleepers("7006", expected=1)[0].kill()
        output, _ = process.communicate(timeout=30)

    assert process.returncode == 1
    assert "« silent » s'est arrêté (code -9)" in output


def test_sigint_stops_all_parts_and_is_no_failure(tmp_path: Path) -> None:
    with supervised(tmp_path, {"one": ["sleep", "7002"], "two": ["sleep", "7002"]}) as process:
        started = sleepers("7002", expected=2)

        process.send_signal(signal.SIGINT)
        output, _ = process.communicate(timeout=30)

    assert len(started) == 2
    assert (process.returncode, output) == (0, "")
    assert sleepers("7002", expected=0) == []


def test_what_runs_beside_them_ends_everything_with_its_code(tmp_path: Path) -> None:
    with supervised(tmp_path, {"one": ["sleep", "7003"]}, code=5) as process:
        process.communicate(timeout=30)

    assert process.returncode == 5
    assert sleepers("7003", expected=0) == []


def test_a_part_that_ignores_the_request_to_stop_is_killed(tmp_path: Path) -> None:
    script = "import signal, time; signal.signal(15, signal.SIG_IGN); print('deaf', flush=True)"
    parts = {"deaf": [sys.executable, "-c", f"{script}; time.sleep(7004)"]}

    with supervised(tmp_path, parts) as process:
        log = tmp_path / "deaf.log"
        deadline = time.monotonic() + 10
        while not log.exists() and time.monotonic() < deadline:
            time.sleep(0.1)

        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)

    assert log.read_text() == "deaf\n"
    assert process.returncode == 0


def test_nothing_stays_when_the_supervisor_is_killed(tmp_path: Path) -> None:
    with supervised(tmp_path, {"one": ["sleep", "7005"], "two": ["sleep", "7005"]}) as process:
        started = sleepers("7005", expected=2)

        process.kill()
        process.wait()

        assert len(started) == 2
        assert sleepers("7005", expected=0) == []
