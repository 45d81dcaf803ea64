"""CSV, for spreadsheets (``docs/journal-format.md``, section 2)."""

import hashlib
from collections.abc import Iterable, Iterator

from comptabilite.exports.cells import cell, euros, row
from comptabilite.exports.control import Control
from comptabilite.exports.shapes import Book, Chunk, Final
from comptabilite.models.export import PartOfExport

VERSION = 1
COLUMNS = (
    *("Caisse", "Journal", "JournalLib", "Exercice", "Numero", "DateComptable", "DateOrigine"),
    *("DateValidation", "Tardive", "Piece", "Libelle", "Evenement", "Annule", "Identifiant"),
    *("Position", "Compte", "CompteLib", "Auxiliaire", "LigneLib", "Debit", "Credit", "Lettrage"),
    *("DateLettrage", "EmpreintePrecedente", "Empreinte"),
)


def write_csv(book: Book, ecritures: Iterable[Final], control: Control) -> Iterator[Chunk]:
    """The file, an écriture at a time, in the order of the écritures given."""
    sha = hashlib.sha256()
    for content in _body(book, ecritures, control):
        sha.update(content)
        yield Chunk(PartOfExport.FICHIER, content)
    yield Chunk(PartOfExport.FICHIER, end_row(control, sha.hexdigest()))


def _body(book: Book, ecritures: Iterable[Final], control: Control) -> Iterator[bytes]:
    labels = {journal.code: journal.label for journal in book.journals}
    yield row(*COLUMNS)
    for ecriture in ecritures:
        yield _rows(book.caisse, labels[ecriture.journal], ecriture)
    yield export_row(book)
    yield from journal_rows(book, control)


def _rows(caisse: str, journal_label: str, ecriture: Final) -> bytes:
    """The lines of one écriture: what it says once is repeated on each of them."""
    late = "oui" if ecriture.origin_on < ecriture.accounting_on else "non"
    before = (
        f"{caisse};{cell(ecriture.journal)};{cell(journal_label)};{ecriture.exercice};"
        f"{ecriture.number};{ecriture.accounting_on};{ecriture.origin_on};{ecriture.validated_on};"
        f"{late};{cell(ecriture.piece)};{cell(ecriture.label)};{ecriture.event};"
        f"{ecriture.reverses or ''};{ecriture.public_id}"
    )
    after = f"{ecriture.previous_hash};{ecriture.hash}\n"
    return "".join(
        f"{before};{line.position};{line.compte};{cell(line.compte_label)};"
        f"{cell(line.auxiliaire)};{cell(line.label)};{euros(line.debit_cents)};"
        f"{euros(line.credit_cents)};{cell(line.letter)};{line.lettered_on or ''};{after}"
        for line in ecriture.lines
    ).encode()


def export_row(book: Book, *more: str) -> bytes:
    """What the file is, near its end."""
    period = (book.first_on.isoformat(), book.last_on.isoformat(), book.as_of_text)
    label = cell(book.caisse_label)
    return row("EXPORT", VERSION, book.caisse, book.siren, label, *period, *more)


def journal_rows(book: Book, control: Control) -> Iterator[bytes]:
    """Where each journal was before the file, and where it is after it."""
    for journal in book.journals:
        state = control.journals[journal.code]
        yield row(
            *("JOURNAL", cell(journal.code), cell(journal.label)),
            *(journal.previous_number, journal.previous_hash, state.number, state.hash),
        )


def end_row(control: Control, digest: str) -> bytes:
    """Counts, sums, and the SHA-256 of all that comes before."""
    sums = (euros(control.debit_cents), euros(control.credit_cents))
    return row("FIN", control.ecritures, control.lines, *sums, digest)
