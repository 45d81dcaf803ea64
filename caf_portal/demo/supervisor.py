"""All the parts under honcho: they start together, and when one stops all stop.

What they say goes to one file each, so that the page of addresses stays on the screen; when a
part dies by itself, the end of its file is shown.
"""

import ctypes
import os
import signal
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from honcho.manager import Manager
from honcho.process import Process

from caf_portal.demo.processes import Part
from caf_portal.demo.terminal import say
from caf_portal.embedded.places import PROJECT

_LOG_TAIL = 20
_PATIENCE_SECONDS = 8
_PR_SET_PDEATHSIG = 1


def supervise(parts: Sequence[Part], *, logs: Path, meanwhile: Callable[[], int | None]) -> int:
    """Run the parts until one stops, Ctrl-C, or ``meanwhile`` returns an exit code.

    ``meanwhile`` runs in a thread beside them; None lets them run. The result is the exit
    code: that of ``meanwhile``, 0 after Ctrl-C or SIGTERM, 1 when a part died by itself.
    """
    manager = _Manager(_LogFiles(logs), meanwhile=meanwhile)
    for part in parts:
        environment = dict(part.environment)
        manager.add_process(part.name, part.shell_command, env=environment, cwd=str(PROJECT))
    manager.loop()
    if manager.died is not None:
        say(_last_words(manager.died, logs / f"{manager.died.name}.log"))
        return 1
    return manager.exit_code


@dataclass(frozen=True, slots=True)
class _Death:
    """A part that stopped by itself, and how (an exit code, or minus a signal)."""

    name: str
    code: int


def _last_words(death: _Death, log: Path) -> str:
    title = f"« {death.name} » s'est arrêté (code {death.code}), donc tout s'arrête."
    if not log.exists():
        return f"{title} Il n'avait rien dit."
    tail = log.read_text(errors="replace").splitlines()[-_LOG_TAIL:]
    return "\n".join([f"{title} Ses dernières lignes :", *tail])


class _TiedProcess(Process):  # type: ignore[misc] # honcho has no types
    """Honcho's go-between, which would otherwise outlive a supervisor killed by ``kill -9``."""

    def run(self, *args: Any, **kwargs: Any) -> None:
        """Ask the kernel for SIGKILL when the supervisor dies; the part then gets SIGTERM."""
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        super().run(*args, **kwargs)


class _LogFiles:
    """Honcho's printer: the lines of each part go to its file, begun anew."""

    width = 0

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.glob("*.log"):
            old.unlink()
        self._folder = folder

    def write(self, message: Any) -> None:
        with (self._folder / f"{message.name}.log").open("ab") as file:
            file.write(message.data)


class _Manager(Manager):  # type: ignore[misc] # honcho has no types
    """Honcho's manager, which remembers why it stopped and may be stopped while it starts."""

    def __init__(self, printer: _LogFiles, *, meanwhile: Callable[[], int | None]) -> None:
        super().__init__(printer)
        self._process_ctor = _TiedProcess
        self._meanwhile = meanwhile
        self._told_to_stop = False
        self.died: _Death | None = None
        self.exit_code = 0

    def terminate(self) -> None:
        """Stop all the parts; called by honcho on a signal, and when one of them stopped."""
        if not self._told_to_stop:
            # Honcho itself kills only once a first part has stopped: all might be deaf.
            killer = threading.Timer(_PATIENCE_SECONDS, self.kill)
            killer.daemon = True
            killer.start()
        self._told_to_stop = True
        if self._all_started():
            super().terminate()

    def _start(self) -> None:
        super()._start()
        # Only now: a thread begun before the forks could leave a lock held in the children.
        threading.Thread(target=self._run_beside, daemon=True).start()

    def _run_beside(self) -> None:
        code = self._meanwhile()
        if code is not None:
            self.exit_code = code
            os.kill(os.getpid(), signal.SIGTERM)

    def _system_print(self, data: str) -> None:
        """Called by honcho after each start and stop, with its own counts up to date."""
        stopped = [name for name, state in self._processes.items() if "returncode" in state]
        if stopped and not self._told_to_stop:
            self.died = _Death(stopped[0], self._processes[stopped[0]]["returncode"])
        if self._told_to_stop and self._all_started():
            super().terminate()
