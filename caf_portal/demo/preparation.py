"""What must be done before the processes start: tables, people and debts, static files."""

import subprocess
import sys
from collections.abc import Mapping, Sequence

from caf_portal.embedded.places import PROJECT


class PreparationFailed(Exception):
    """A step stopped after saying why in the terminal; the message names it."""


def prepare(portal: Mapping[str, str], sandbox: Mapping[str, str]) -> None:
    """Bring the databases of the portal and of the sandbox up to date.

    Both may be run again on what an earlier run left. Raises ``PreparationFailed``.
    """
    _run([sys.executable, str(PROJECT / "manage.py"), "prepare_demo"], portal)
    _run([sys.executable, "-m", "payzen_sandbox", "migrate", "--verbosity=0"], sandbox)


def _run(command: Sequence[str], environment: Mapping[str, str]) -> None:
    result = subprocess.run(command, env=environment, cwd=PROJECT, check=False)  # noqa: S603
    if result.returncode:
        words = " ".join(command[1:])
        message = f"« {words} » a échoué (code {result.returncode}), voir ci-dessus."
        raise PreparationFailed(message)
