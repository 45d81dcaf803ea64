"""As whom a server runs, and how the kernel stops it when we disappear.

PostgreSQL refuses to run as root; ``make demo`` must work as root all the same. ``setpriv``
(util-linux, on every Debian) does both without creating a user.
"""

import os
import pwd
import shutil
import stat
from collections.abc import Sequence
from pathlib import Path

from caf_portal.embedded.errors import ServerFailed

_UNPRIVILEGED = "nobody"


def server_owner(data: Path) -> int:
    """The user id that runs PostgreSQL and owns its data.

    Ourselves, unless we are root: then whoever owns the data already, else ``nobody``.
    """
    if os.getuid() != 0:
        return os.getuid()
    if data.exists() and data.stat().st_uid != 0:
        return data.stat().st_uid
    return pwd.getpwnam(_UNPRIVILEGED).pw_uid


def tied(command: Sequence[str], *, stop: str) -> list[str]:
    """The command, which the kernel stops (signal name) when its parent dies, even by ``kill -9``.

    Outside Linux ``setpriv`` is missing and the command is returned as it is: the next start
    finds what was left and stops it.
    """
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", stop, "--", *command] if setpriv else list(command)


def as_owner(command: Sequence[str], *, owner: int, program: Path, data: Path) -> list[str]:
    """The command run as ``owner``, able to reach the server's program and its data.

    Changes nothing unless we are root. A ``tied`` command goes in, not the reverse: changing
    user makes the kernel forget the tie. Raises ``ServerFailed`` when root has no ``setpriv``.
    """
    if owner == os.getuid():
        return list(command)
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        message = "PostgreSQL does not run as root, and setpriv is missing: use another account."
        raise ServerFailed(message)
    identity = [f"--reuid={owner}", f"--regid={owner}", "--clear-groups"]
    if not (_anyone_can_run(program) and _anyone_can_enter(data)):
        identity += _through_closed_folders()
    return [setpriv, *identity, "--", *command]


def _through_closed_folders() -> list[str]:
    """Let the server through folders that only root may enter, such as a clone in /root.

    Without ``no_setuid_fixup`` the kernel ignores the capability in access(2), which
    PostgreSQL uses to find its own program.
    """
    capability = "+dac_override"
    return [
        "--securebits=+no_setuid_fixup",
        f"--inh-caps={capability}",
        f"--ambient-caps={capability}",
    ]


def _anyone_can_run(program: Path) -> bool:
    wanted = stat.S_IROTH | stat.S_IXOTH
    return program.stat().st_mode & wanted == wanted and _anyone_can_enter(program.parent)


def _anyone_can_enter(folder: Path) -> bool:
    """The folder itself may belong to the server; its parents must be open."""
    return all(parent.stat().st_mode & stat.S_IXOTH for parent in folder.resolve().parents)
