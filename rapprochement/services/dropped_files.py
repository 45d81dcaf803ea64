"""The files of the exchange folder: which ones to read, reading them safely, putting them away.

Whoever drops files there is not trusted with the rest of the machine: only regular files are read,
never through a link, and nothing is overwritten.
"""

import hashlib
import os
import stat
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from django.utils.translation import gettext as _

from rapprochement.readers.gateway.records import MAX_BYTES
from rapprochement.services.file_refusals import FileRefused

#: A file that changed since is perhaps still being written.
QUIET: Final = timedelta(seconds=60)
_PARTIAL: Final = (".part", ".tmp", ".filepart")
#: Bytes of a name without its ending: disks count bytes, and take 255 with all that is added.
_LONGEST: Final = 100


@dataclass
class Dropped:
    """A file that somebody dropped; ``sha256`` is that of its content, once read, else of its
    name and size."""

    path: Path
    size_bytes: int
    modified_at: datetime
    sha256: str = field(default="")

    def __str__(self) -> str:
        return repr(self.path.name)


def dropped_files(folder: Path, *, now: datetime) -> list[Dropped]:
    """Those that are whole, in no order; the folder is made if it lacks.

    Folders, links, hidden files, and files being written are left alone.
    """
    folder.mkdir(parents=True, exist_ok=True)
    found = []
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith(".") or entry.name.lower().endswith(_PARTIAL):
                continue
            if not entry.is_file(follow_symlinks=False):
                continue
            told = entry.stat(follow_symlinks=False)
            modified_at = datetime.fromtimestamp(told.st_mtime, UTC)
            if modified_at <= now - QUIET:
                found.append(Dropped(Path(entry.path), told.st_size, modified_at))
    return found


def read_dropped(dropped: Dropped) -> bytes:
    """The content, from a regular file of a size that can be read.

    Raises ``FileRefused`` for what is too large, and ``OSError`` when it cannot be read.
    """
    dropped.sha256 = hashlib.sha256(f"{dropped}{dropped.size_bytes}".encode()).hexdigest()
    # Neither through a link, nor waiting for the other end of a pipe, were it swapped meanwhile.
    handle = os.open(dropped.path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(handle, "rb") as file:
        told = os.fstat(file.fileno())
        if not stat.S_ISREG(told.st_mode) or told.st_size > MAX_BYTES:
            raise FileRefused(
                _("Ce fichier dépasse %(most)d Mo : demandez un fichier par jour.")
                % {"most": MAX_BYTES // 1024 // 1024}
            )
        content = file.read(MAX_BYTES + 1)
    dropped.sha256 = hashlib.sha256(content).hexdigest()
    return content


def put_away(dropped: Dropped, folder: Path, *, reason: str = "") -> Path:
    """Move the file to ``folder``, under a name that is free, with a ``.txt`` of the reason.

    Returns where it is now. One that is gone already is no error: it was put away by hand.
    """
    folder.mkdir(parents=True, exist_ok=True)
    target = _free(folder, dropped.path.name)
    if reason:
        # "x": never through a link that somebody laid there.
        with _beside(target).open("x", encoding="utf-8") as file:
            file.write(f"{reason}\n")
    try:
        dropped.path.rename(target)
    except FileNotFoundError:
        return dropped.path
    return target


def _free(folder: Path, name: str) -> Path:
    """A name that nothing bears there, nor that of its reason; too long a one is cut, its ending
    kept."""
    path = Path(name)
    stem, suffix = _cut(path.stem, _LONGEST), _cut(path.suffix, 20)
    target, number = folder / f"{stem}{suffix}", 1
    while os.path.lexists(target) or os.path.lexists(_beside(target)):
        number += 1
        target = folder / f"{stem}-{number}{suffix}"
    return target


def _beside(target: Path) -> Path:
    """Where the reason of a refusal is written."""
    return target.with_name(f"{target.name}.txt")


def _cut(name: str, most: int) -> str:
    """At most so many bytes, without half a character."""
    return os.fsencode(name)[:most].decode(errors="ignore")
