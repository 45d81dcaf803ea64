"""Reads final écritures from the database, a few thousand at a time.

What is read never changes: écritures and numbers are append-only, and what came after ``as_of`` is
left out. Batches read by transactions of their own are therefore those of one instant, and the
caller may commit between two of them.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import groupby
from typing import Any

from django.db import connection

from comptabilite.exports.labels import Labels
from comptabilite.exports.segments import Segment
from comptabilite.exports.shapes import Final, Line

#: Écritures read at once: a few megabytes.
BATCH = 2000
_STATEMENT = r"""
SELECT v.number, v.exercice, e.accounting_on::text, e.origin_on::text, v.validated_on::text,
       translate(e.piece, E'\t\r\n', '   '), translate(e.label, E'\t\r\n', '   '), e.event,
       r.public_id::text, e.public_id::text, v.previous_hash, v.hash,
       l.position, l.compte_id, translate(l.auxiliaire, E'\t\r\n', '   '),
       translate(l.label, E'\t\r\n', '   '), l.debit_cents, l.credit_cents, g.code, g.lettered_on
  FROM comptabilite_validation v
  JOIN comptabilite_ecriture e ON e.caisse_id = v.caisse_id AND e.id = v.ecriture_id
  JOIN comptabilite_ligne l ON l.caisse_id = e.caisse_id AND l.ecriture_id = e.id
  LEFT JOIN comptabilite_ecriture r ON r.caisse_id = e.caisse_id AND r.id = e.reverses_id
  LEFT JOIN LATERAL (
       SELECT g.code, g.lettered_on::text
         FROM comptabilite_lignelettree x
         JOIN comptabilite_lettrage g ON g.caisse_id = x.caisse_id AND g.id = x.lettrage_id
        WHERE x.caisse_id = l.caisse_id AND x.ligne_id = l.id
          AND g.lettered_at <= %(as_of)s AND (g.undone_at IS NULL OR g.undone_at > %(as_of)s)
        ORDER BY g.rank DESC LIMIT 1) g ON true
 WHERE v.caisse_id = %(caisse_id)s AND v.journal_id = %(journal_id)s
   AND v.exercice = %(exercice)s AND v.number BETWEEN %(first)s AND %(last)s
 ORDER BY v.number, l.position
"""
_HEAD = 12


def ecritures_of(
    segments: Iterable[Segment], *, caisse_id: int, as_of: datetime, labels: Labels
) -> Iterator[Final]:
    """The écritures of these segments, in their order. Each batch is read in the scope and the
    transaction of whoever asks for its first écriture."""
    for segment in segments:
        for first in range(segment.first, segment.last + 1, BATCH):
            asked = {
                "caisse_id": caisse_id,
                "as_of": as_of,
                "journal_id": segment.journal_id,
                "exercice": segment.exercice,
                "first": first,
                "last": min(first + BATCH - 1, segment.last),
            }
            rows = _read(asked)
            for _number, same in groupby(rows, key=lambda row: row[0]):
                yield _final(segment.journal, list(same), labels)


def _read(asked: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(_STATEMENT, asked)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def _final(journal: str, rows: list[tuple[Any, ...]], labels: Labels) -> Final:
    head = rows[0][:_HEAD]
    number, exercice, accounting_on, origin_on, validated_on, piece, label, event = head[:8]
    reverses, public_id, previous_hash, digest = head[8:]
    lines = [_line(row[_HEAD:], accounting_on, labels) for row in rows]
    return Final(
        journal, exercice, number, accounting_on, origin_on, validated_on, piece, label, event,
        reverses, public_id, previous_hash, digest, lines,
    )  # fmt: skip


def _line(row: tuple[Any, ...], accounting_on: str, labels: Labels) -> Line:
    position, compte_id, auxiliaire, label, debit_cents, credit_cents, letter, lettered_on = row
    number, compte_label = labels.compte(compte_id, accounting_on)
    return Line(
        position, number, compte_label, auxiliaire, label,
        debit_cents, credit_cents, letter or "", lettered_on,
    )  # fmt: skip
