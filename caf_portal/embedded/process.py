"""Starting a server as a child, waiting for it, stopping it, and cleaning after a killed run."""

import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import psutil

from caf_portal.embedded.errors import ServerFailed

_START_SECONDS = 30
_STOP_SECONDS = 15
_LOG_TAIL = 15


def start(command: Sequence[str], *, log: Path) -> subprocess.Popen[bytes]:
    """Start a server in a session of its own: Ctrl-C in the terminal is for us to handle."""
    with log.open("ab") as output:
        return subprocess.Popen(  # noqa: S603 - our own command line, no shell
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True
        )


def wait_until(ready: Callable[[], bool], *, process: subprocess.Popen[bytes], log: Path) -> None:
    """Return once ``ready()`` is true.

    Raises ``ServerFailed``, with the end of the log, if the process stops first or takes over 30 s.
    """
    deadline = time.monotonic() + _START_SECONDS
    while not ready():
        if process.poll() is not None or time.monotonic() > deadline:
            tail = log.read_text(errors="replace").splitlines()[-_LOG_TAIL:]
            raise ServerFailed("\n".join([f"a server does not start, see {log}:", *tail]))
        time.sleep(0.05)


def stop(process: subprocess.Popen[bytes], *, gently: signal.Signals) -> None:
    """Ask, wait 15 s, then kill. Nothing happens if it has stopped already."""
    if process.poll() is not None:
        return
    process.send_signal(gently)
    try:
        process.wait(timeout=_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def stop_orphan(pid_file: Path, *, about: Path, gently: signal.Signals) -> None:
    """Stop a server left by a run that was killed, and remove its pid file.

    Only a process whose command line names ``about`` is touched: process ids are used again.
    """
    if not pid_file.exists():
        return
    try:
        process = psutil.Process(int(pid_file.read_text().split()[0]))
        if any(str(about) in word for word in process.cmdline()):
            process.send_signal(gently)
            process.wait(timeout=_STOP_SECONDS)
    except (psutil.NoSuchProcess, ValueError, IndexError):
        pass
    except psutil.TimeoutExpired as error:
        message = f"process {error.pid} still uses {about}: stop it first."
        raise ServerFailed(message) from error
    pid_file.unlink(missing_ok=True)
