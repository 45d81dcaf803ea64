"""Keeps a file as it came, in compressed pieces, and gives it back."""

import zlib
from collections.abc import Iterator
from typing import Final

from rapprochement.models import FichierReleve, MorceauFichier

#: Of the file as it came; a row stays far below what PostgreSQL takes.
PIECE_BYTES: Final = 1024 * 1024


def keep_content(fichier: FichierReleve, content: bytes) -> None:
    """Write the pieces of a file, in the caller's transaction."""
    MorceauFichier.objects.bulk_create(
        (
            MorceauFichier(
                caisse_id=fichier.caisse_id,
                fichier=fichier,
                rank=rank,
                content=zlib.compress(content[start : start + PIECE_BYTES]),
            )
            for rank, start in enumerate(range(0, len(content), PIECE_BYTES))
        ),
        batch_size=16,
    )


def content_of(fichier: FichierReleve) -> Iterator[bytes]:
    """The bytes of the file as it came, piece by piece, in the caller's scope."""
    pieces = MorceauFichier.objects.filter(fichier=fichier).order_by("rank")
    for piece in pieces.values_list("content", flat=True).iterator(chunk_size=8):
        yield zlib.decompress(piece)
