"""``python -m caf_portal.demo [--check]``: what ``manage.py demo`` becomes."""

import argparse
import signal
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from types import FrameType

from caf_portal.demo.check import CheckFailed, check_one_payment
from caf_portal.demo.environment import environment_as_given
from caf_portal.demo.ports import NoFreePort, Ports, any_free_ports, free_ports, remember
from caf_portal.demo.preparation import PreparationFailed, prepare
from caf_portal.demo.processes import parts, portal_environment
from caf_portal.demo.readiness import wait_until_ready
from caf_portal.demo.supervisor import supervise
from caf_portal.demo.terminal import say
from caf_portal.demo.welcome import welcome_page
from caf_portal.embedded.errors import EmbeddedError
from caf_portal.embedded.places import Place
from caf_portal.embedded.servers import running


def main(arguments: Sequence[str]) -> int:
    """The exit code: 0 after Ctrl-C or a check that passed, 1 when something failed."""
    parser = argparse.ArgumentParser(prog="manage.py demo")
    parser.add_argument("--check", action="store_true")
    check = parser.parse_args(arguments).check
    for signum in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(signum, _stop)
    try:
        return _demo(check=check)
    except (EmbeddedError, PreparationFailed, NoFreePort) as error:
        say(f"demo: {error}")
        return 1
    except KeyboardInterrupt:
        return 130


def _demo(*, check: bool) -> int:
    started = time.monotonic()
    ports = any_free_ports() if check else free_ports(Ports())
    say("Démarrage de PostgreSQL et de Redis…")
    with running("check" if check else "demo") as (place, addresses):
        remember(ports, place.folder)
        base = {**environment_as_given(), **addresses}
        portal = portal_environment(place, ports, base=base)
        say("Préparation des données (quelques dizaines de secondes la première fois)…")
        prepare(portal, log=place.folder / "preparation.log")
        say("Démarrage du portail…")
        finish = partial(_check, portal) if check else partial(_welcome, place, ports, started)
        return supervise(
            parts(place, ports, base=base),
            logs=place.folder / "logs",
            meanwhile=partial(_when_ready, ports, place.folder / "logs", finish),
        )


def _when_ready(ports: Ports, logs: Path, finish: Callable[[], int | None]) -> int | None:
    silent = wait_until_ready(ports)
    if not silent:
        return finish()
    say(f"demo: sans réponse après trois minutes : {', '.join(silent)} (voir {logs}).")
    return 1


def _welcome(place: Place, ports: Ports, started: float) -> None:
    say(f"\n{welcome_page(ports, place.folder)}")
    say(f"(prêt en {time.monotonic() - started:.0f} s / ready)\n")


def _check(portal: Mapping[str, str]) -> int:
    try:
        check_one_payment(portal)
    except CheckFailed as error:
        say(f"demo --check: ÉCHEC : {error}")
        return 1
    say("demo --check: un paiement complet a réussi, et le journal le montre.")
    return 0


def _stop(_signum: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
