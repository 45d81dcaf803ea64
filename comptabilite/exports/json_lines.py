"""JSON Lines: one object a line, of one possible form (``docs/journal-format.md``, section 1)."""

import hashlib
from collections.abc import Iterable, Iterator
from json import JSONEncoder
from typing import Any

from comptabilite.exports.control import Control
from comptabilite.exports.shapes import Book, Chunk, Final, Line
from comptabilite.models.export import PartOfExport

VERSION = 1
_encode = JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def write_json(book: Book, ecritures: Iterable[Final], control: Control) -> Iterator[Chunk]:
    """The file, a line at a time, in the order of the écritures given."""
    sha = hashlib.sha256()
    for value in _values(book, ecritures):
        line = _encode(value).encode() + b"\n"
        sha.update(line)
        yield Chunk(PartOfExport.FICHIER, line)
    end = _encode(_end(control, sha.hexdigest())).encode() + b"\n"
    yield Chunk(PartOfExport.FICHIER, end)


def _values(book: Book, ecritures: Iterable[Final]) -> Iterator[dict[str, Any]]:
    yield _header(book)
    for ecriture in ecritures:
        yield _ecriture(ecriture)


def _header(book: Book) -> dict[str, Any]:
    return {
        "format": "caf-journal",
        "version": VERSION,
        "caisse": book.caisse,
        "siren": book.siren,
        "caisse_label": book.caisse_label,
        "from_on": book.first_on.isoformat(),
        "to_on": book.last_on.isoformat(),
        "as_of": book.as_of_text,
        "journals": [
            {
                "code": journal.code,
                "label": journal.label,
                "previous_hash": journal.previous_hash,
                "previous_number": journal.previous_number,
            }
            for journal in book.journals
        ],
    }


def _ecriture(ecriture: Final) -> dict[str, Any]:
    return {
        "journal": ecriture.journal,
        "exercice": ecriture.exercice,
        "number": ecriture.number,
        "accounting_on": ecriture.accounting_on,
        "origin_on": ecriture.origin_on,
        "validated_on": ecriture.validated_on,
        "piece": ecriture.piece,
        "label": ecriture.label,
        "event": ecriture.event,
        "late": ecriture.origin_on < ecriture.accounting_on,
        "reverses": ecriture.reverses,
        "id": ecriture.public_id,
        "lines": [_line(line) for line in ecriture.lines],
        "previous_hash": ecriture.previous_hash,
        "hash": ecriture.hash,
    }


def _line(line: Line) -> dict[str, Any]:
    return {
        "position": line.position,
        "compte": line.compte,
        "compte_label": line.compte_label,
        "auxiliaire": line.auxiliaire,
        "label": line.label,
        "debit_cents": line.debit_cents,
        "credit_cents": line.credit_cents,
        "let": line.letter,
        "let_on": line.lettered_on,
    }


def _end(control: Control, digest: str) -> dict[str, Any]:
    return {
        "end": True,
        "ecritures": control.ecritures,
        "lines": control.lines,
        "debit_cents": control.debit_cents,
        "credit_cents": control.credit_cents,
        "journals": [
            {"code": state.code, "last_number": state.number, "last_hash": state.hash}
            for state in control.journals.values()
        ],
        "sha256": digest,
    }
