"""The whole portal as it really runs: the demonstration's own processes, on free ports.

Web, worker, beat, sandbox, mail server and a Redis of their own, over a database of their own;
all stopped by their process numbers, whatever happens.
"""

import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from caf_portal.demo.ports import HOST, any_free_ports
from caf_portal.demo.preparation import prepare
from caf_portal.demo.processes import Part, parts, portal_environment
from caf_portal.demo.readiness import wait_until_ready
from caf_portal.embedded.places import PROJECT, Place
from caf_portal.embedded.privileges import tied
from caf_portal.embedded.redis import redis_url, running_redis


@dataclass(frozen=True, slots=True)
class Stack:
    """Where the running portal and the bank's sandbox answer."""

    portal: str
    sandbox: str
    database: str


class StackFailed(Exception):
    """A part does not answer; the message says where to read why."""


@contextmanager
def running_stack(
    *, folder: Path, logs: Path, database: str, base: Mapping[str, str]
) -> Iterator[Stack]:
    """Everything up and answering until the end of the block. ``base`` has the database URLs."""
    place = Place(name="e2e", folder=folder)
    logs.mkdir(parents=True, exist_ok=True)
    ports = any_free_ports()
    with running_redis(place):
        base = {**base, "REDIS_URL": redis_url(place)}
        prepare(portal_environment(place, ports, base=base), log=logs / "prepare.log")
        with running_parts(parts(place, ports, base=base), logs):
            silent = wait_until_ready(ports)
            if silent:
                raise StackFailed(f"no answer from {', '.join(silent)}: see {logs}")
            yield Stack(f"http://{HOST}:{ports.portal}", f"http://{HOST}:{ports.sandbox}", database)


@contextmanager
def running_parts(wanted: Sequence[Part], logs: Path) -> Iterator[None]:
    """These processes until the end of the block, each with its log in ``logs``."""
    started: list[subprocess.Popen[bytes]] = []
    try:
        for part in wanted:
            started.append(_start(part, logs / f"{part.name}.log"))
        yield
    finally:
        _stop(started)


def _start(part: Part, log: Path) -> subprocess.Popen[bytes]:
    with log.open("wb") as output:
        return subprocess.Popen(
            tied(part.command, stop="TERM"),
            cwd=PROJECT,
            env=part.environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )


def _stop(started: Sequence[subprocess.Popen[bytes]]) -> None:
    """All are asked at once, so that one waits for the slowest only."""
    for process in started:
        process.terminate()
    for process in started:
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
