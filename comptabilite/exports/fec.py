"""FEC: the 18 columns of article A. 47 A-1 of the Livre des procédures fiscales.

``docs/journal-format.md``, section 3. Its seals and its description are written in the same pass.
"""

import hashlib
from collections.abc import Iterable, Iterator
from datetime import date

from caf_portal.spreadsheet import guarded
from comptabilite.exports.cells import encoded, euros
from comptabilite.exports.control import Control
from comptabilite.exports.description import description_of
from comptabilite.exports.seals import Seals
from comptabilite.exports.shapes import Book, Chunk, Final, Line
from comptabilite.models.export import PartOfExport

COLUMNS = (
    *("JournalCode", "JournalLib", "EcritureNum", "EcritureDate", "CompteNum", "CompteLib"),
    *("CompAuxNum", "CompAuxLib", "PieceRef", "PieceDate", "EcritureLib", "Debit", "Credit"),
    *("EcritureLet", "DateLet", "ValidDate", "Montantdevise", "Idevise"),
)
OPENING_JOURNAL, OPENING_LABEL = "AN", "À-nouveaux"


def write_fec(
    book: Book, ecritures: Iterable[Final], control: Control, opening: Iterable[Line] = ()
) -> Iterator[Chunk]:
    """The three files, an écriture at a time, in the order of the écritures given; the opening
    balances come first."""
    sha, seals = hashlib.sha256(), Seals(book)
    labels = {journal.code: guarded(journal.label) for journal in book.journals}

    def chunk(text: str) -> Chunk:
        content = encoded(text, book.encoding)
        sha.update(content)
        return Chunk(PartOfExport.FICHIER, content)

    yield Chunk(PartOfExport.DESCRIPTION, description_of(book))
    yield chunk("\t".join(COLUMNS) + "\n")
    yield seals.start()
    for line in opening:
        yield chunk(_opening(line, book.first_on))
    for ecriture in ecritures:
        yield chunk(_lines(ecriture, labels[ecriture.journal]))
        yield seals.of(ecriture)
    yield from seals.end(control, fec_sha256=sha.hexdigest())


def _lines(ecriture: Final, journal_label: str) -> str:
    accounting_on, origin_on = _compact(ecriture.accounting_on), _compact(ecriture.origin_on)
    before = f"{guarded(ecriture.journal)}\t{journal_label}\t{ecriture.number}\t{accounting_on}"
    piece = f"{guarded(ecriture.piece)}\t{origin_on}"
    validated_on = _compact(ecriture.validated_on)
    return "".join(_line(line, before, piece, validated_on) for line in ecriture.lines)


def _opening(line: Line, first_on: date) -> str:
    """A line of the opening balances: one écriture of a journal of its own, number 1."""
    day = f"{first_on:%Y%m%d}"
    before = f"{OPENING_JOURNAL}\t{OPENING_LABEL}\t1\t{day}"
    return _line(line, before, f"{OPENING_JOURNAL}{first_on.year}\t{day}", day)


def _line(line: Line, before: str, piece: str, validated_on: str) -> str:
    """The name of the auxiliary account stays empty: it is a person's (invariant 15)."""
    return (
        f"{before}\t{line.compte}\t{guarded(line.compte_label)}\t{guarded(line.auxiliaire)}\t\t"
        f"{piece}\t{guarded(line.label)}\t{euros(line.debit_cents)}\t{euros(line.credit_cents)}\t"
        f"{guarded(line.letter)}\t{_compact(line.lettered_on or '')}\t{validated_on}\t\t\n"
    )


def _compact(day: str) -> str:
    return day.replace("-", "")
