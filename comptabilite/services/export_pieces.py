"""Keeps the files of an export in PostgreSQL, in pieces, and gives them back piece by piece."""

import hashlib
import zlib
from collections.abc import Callable, Iterator
from typing import TypedDict

from django.db import connection

from caf_portal.database.scope import caisse_scope
from comptabilite.models import Export, MorceauExport
from comptabilite.models.export import PartOfExport

#: Of the file as it is given; what is kept of each is a fraction of it.
PIECE_BYTES = 1024 * 1024
_QUICK = 1


class FileOfExport(TypedDict):
    """What ``Export.files`` says of each file."""

    part: str
    filename: str
    size_bytes: int
    sha256: str


class Output:
    """One file being written: ``keep`` receives each piece, with its rank from 0."""

    def __init__(self, keep: Callable[[int, bytes], None]) -> None:
        self._keep = keep
        self._waiting = bytearray()
        self._sha = hashlib.sha256()
        self._rank = 0
        self.size_bytes = 0

    @property
    def sha256(self) -> str:
        """Of all that was written."""
        return self._sha.hexdigest()

    def write(self, content: bytes) -> bool:
        """Add bytes; says whether a piece left."""
        self._sha.update(content)
        self.size_bytes += len(content)
        self._waiting += content
        if len(self._waiting) < PIECE_BYTES:
            return False
        self.flush()
        return True

    def flush(self) -> None:
        """Let the last piece leave, if something waits."""
        if self._waiting:
            self._keep(self._rank, bytes(self._waiting))
            self._waiting.clear()
            self._rank += 1


def keep_piece(export: Export, part: PartOfExport, rank: int, content: bytes) -> None:
    """Write one piece, in the caller's transaction."""
    MorceauExport.objects.create(
        caisse_id=export.caisse_id,
        export=export,
        part=part,
        rank=rank,
        content=zlib.compress(content, _QUICK),
    )


def file_of(export: Export, part: str) -> FileOfExport | None:
    """What is known of one file of a ready export."""
    return next((file for file in export.files if file["part"] == part), None)


def content_type_of(export: Export, filename: str) -> str:
    """How a file of an export is announced to a browser."""
    if filename.endswith(".jsonl"):
        return "application/x-ndjson"
    if filename.endswith(".csv"):
        return "text/csv; charset=utf-8"
    charset = "utf-8" if filename.endswith("_description.txt") else export.encoding
    return f"text/plain; charset={charset}"


def kept_pieces(export: Export, part: str) -> Iterator[bytes]:
    """A file of a ready export, one piece in memory at a time, each read by a short transaction of
    its own: whoever downloads slowly holds none open."""
    statement = (
        "SELECT content FROM comptabilite_morceauexport"
        " WHERE export_id = %s AND part = %s AND rank = %s"
    )
    rank = 0
    while True:
        with caisse_scope(export.caisse_id), connection.cursor() as cursor:
            cursor.execute(statement, [export.pk, part, rank])
            row = cursor.fetchone()
        if row is None:
            return
        yield zlib.decompress(row[0])
        rank += 1
