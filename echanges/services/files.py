"""Keeps the file of a lot in PostgreSQL, in pieces, and gives it back piece by piece."""

import hashlib
import zlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import BinaryIO

from django.db import connection

from caf_portal.database.scope import national_scope
from echanges.models import Lot, MorceauLot
from echanges.models.lot import LotStatus

#: Of the file as it came; what is kept of each is about a tenth.
PIECE_BYTES = 1024 * 1024
_QUICK = 1


def pieces_of(source: BinaryIO) -> Iterator[bytes]:
    """The file from its beginning, piece by piece."""
    source.seek(0)
    while piece := source.read(PIECE_BYTES):
        yield piece


def digest_of(source: BinaryIO) -> tuple[str, int]:
    """The SHA-256 of a file and its size in bytes."""
    digest, size = hashlib.sha256(), 0
    for piece in pieces_of(source):
        digest.update(piece)
        size += len(piece)
    return digest.hexdigest(), size


def keep_file(lot: Lot, source: BinaryIO) -> None:
    """Write the pieces of a file that has just been received, in the caller's transaction."""
    for rank, piece in enumerate(pieces_of(source)):
        MorceauLot.objects.create(
            caisse_id=lot.caisse_id, lot=lot, rank=rank, content=zlib.compress(piece, _QUICK)
        )


def kept_pieces(lot: Lot) -> Iterator[bytes]:
    """The file of a lot as it came, one piece in memory at a time; nothing once forgotten."""
    statement = "SELECT content FROM echanges_morceaulot WHERE lot_id = %s AND rank = %s"
    rank = 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(statement, [lot.pk, rank])
            row = cursor.fetchone()
        if row is None:
            return
        yield zlib.decompress(row[0])
        rank += 1


def forget_files(*, now: datetime, older_than: timedelta) -> int:
    """Delete the files of lots finished for that long; says how many pieces.

    What they brought is in the tables, and the lines that were rejected are kept with them.
    """
    with national_scope():
        deleted, _ = MorceauLot.objects.filter(
            lot__finished_at__lt=now - older_than,
            lot__status__in=[LotStatus.APPLIQUE, LotStatus.REFUSE],
        ).delete()
    return deleted
