"""Where the embedded servers keep their data, and which run may use which place.

Each profile has a folder of its own under ``var/``. A lock held as long as its servers run, and
released by the kernel even after ``kill -9``, tells whether the place is taken.
"""

import fcntl
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from caf_portal.embedded.errors import PlaceTaken, UnsafeDirectory

PROJECT = Path(__file__).resolve().parents[2]
PROFILES = ("demo", "test", "check")

# sockaddr_un.sun_path is 108 bytes on Linux, the last one being a zero.
_LONGEST_SOCKET_PATH = 107
_SLOTS = 8
_LOCK = "lock"


@dataclass(frozen=True, slots=True)
class Place:
    """The folder of one profile and what is in it."""

    name: str
    folder: Path

    @property
    def keeps_data(self) -> bool:
        """The demo finds its data again; the others may be thrown away at any start."""
        return self.name == "demo"

    @property
    def starts_empty(self) -> bool:
        """The check of the demo proves what a newcomer sees: it finds nothing of earlier ones."""
        return self.name == "check"

    @property
    def postgres_data(self) -> Path:
        return self.folder / "postgresql" / "data"

    @property
    def postgres_socket(self) -> Path:
        return self._socket_folder("postgresql", ".s.PGSQL.5432")

    @property
    def redis_socket(self) -> Path:
        return self._socket_folder("redis", "redis.sock") / "redis.sock"

    def _socket_folder(self, server: str, socket: str) -> Path:
        """Beside the data when the path is short enough, else in the temporary folder."""
        beside_data = self.folder / server
        if len(os.fsencode(beside_data / socket)) <= _LONGEST_SOCKET_PATH:
            return beside_data
        digest = hashlib.sha256(os.fsencode(self.folder)).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"caf-{os.getuid()}-{digest}-{server}"


def place_of(profile: str) -> Place:
    """The first place of a profile, taken or not."""
    return Place(name=profile, folder=PROJECT / "var" / profile)


@contextmanager
def claimed_place(profile: str) -> Iterator[Place]:
    """A place of this profile that nobody else uses until the end of the block.

    The demo has one place; two runs of the tests at once get one each. Raises ``PlaceTaken``.
    """
    place, lock = _claim(profile)
    try:
        if place.starts_empty:
            _empty(place.folder)
        yield place
    finally:
        lock.close()


def private_folder(folder: Path, *, owner: int | None = None) -> Path:
    """The folder, made if needed, closed to everyone but its owner (mode 0700).

    Raises ``UnsafeDirectory`` when it exists and belongs to somebody else: in a shared
    temporary folder, anyone could have made it first.
    """
    wanted = os.getuid() if owner is None else owner
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if folder.is_symlink() or folder.stat().st_uid not in {wanted, os.getuid()}:
        message = f"{folder} belongs to another user: remove it, or work in another copy."
        raise UnsafeDirectory(message)
    if folder.stat().st_uid != wanted:
        os.chown(folder, wanted, -1)
    folder.chmod(0o700)
    return folder


def _claim(profile: str) -> tuple[Place, IO[str]]:
    first = place_of(profile)
    slots = 1 if first.keeps_data else _SLOTS
    for number in range(1, slots + 1):
        suffix = "" if number == 1 else f"-{number}"
        place = Place(name=profile, folder=first.folder.with_name(profile + suffix))
        lock = _lock(place.folder)
        if lock is not None:
            return place, lock
    user = (first.folder / _LOCK).read_text().strip() or "unknown"
    message = f"The servers of profile '{profile}' are already running (process {user})."
    raise PlaceTaken(message)


def _empty(folder: Path) -> None:
    """Remove everything but the lock, which is held."""
    for entry in folder.iterdir():
        if entry.is_dir():
            shutil.rmtree(entry)
        elif entry.name != _LOCK:
            entry.unlink()


def _lock(folder: Path) -> IO[str] | None:
    folder.mkdir(parents=True, exist_ok=True)
    lock = (folder / _LOCK).open("a+")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        return None
    lock.truncate(0)
    lock.write(str(os.getpid()))
    lock.flush()
    return lock
