"""The seals of a FEC: what the chain needs and the 18 columns cannot hold."""

import hashlib
from collections.abc import Iterator

from comptabilite.exports.cells import cell, row
from comptabilite.exports.control import Control
from comptabilite.exports.csv_lines import end_row, export_row, journal_rows
from comptabilite.exports.shapes import Book, Chunk, Final
from comptabilite.models.export import PartOfExport

COLUMNS = (
    *("Caisse", "Journal", "Exercice", "Numero", "Libelle", "EmpreintePrecedente", "Empreinte"),
)


class Seals:
    """The file of seals, written beside its FEC in the same pass."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._sha = hashlib.sha256()

    def start(self) -> Chunk:
        """The names of the columns."""
        return self._chunk(row(*COLUMNS))

    def of(self, ecriture: Final) -> Chunk:
        """The seal of one écriture."""
        return self._chunk(
            row(
                *(self._book.caisse, cell(ecriture.journal), ecriture.exercice, ecriture.number),
                *(cell(ecriture.label), ecriture.previous_hash, ecriture.hash),
            )
        )

    def end(self, control: Control, *, fec_sha256: str) -> Iterator[Chunk]:
        """Which FEC it seals, each journal, and the sums."""
        yield self._chunk(export_row(self._book, self._book.encoding, fec_sha256))
        for content in journal_rows(self._book, control):
            yield self._chunk(content)
        yield self._chunk(end_row(control, self._sha.hexdigest()))

    def _chunk(self, content: bytes) -> Chunk:
        self._sha.update(content)
        return Chunk(PartOfExport.SCELLES, content)
