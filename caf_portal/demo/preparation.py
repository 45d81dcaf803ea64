"""What must be done before the processes start: tables, people and debts, static files."""

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from caf_portal.embedded.places import PROJECT

_LOG_TAIL = 15


class PreparationFailed(Exception):
    """A step stopped; the message holds the end of its log and can be shown."""


def prepare(portal: Mapping[str, str], *, log: Path) -> None:
    """Bring the portal's database and static files up to date; an earlier run's data is kept.

    What the steps log goes to ``log``. Raises ``PreparationFailed``.
    """
    command = [sys.executable, str(PROJECT / "manage.py"), "prepare_demo"]
    with log.open("wb") as errors:
        result = subprocess.run(  # noqa: S603 - our own command line, no shell
            command, env=portal, cwd=PROJECT, stderr=errors, check=False
        )
    if result.returncode:
        tail = log.read_text(errors="replace").splitlines()[-_LOG_TAIL:]
        raise PreparationFailed("\n".join([f"la préparation a échoué ({log}) :", *tail]))
