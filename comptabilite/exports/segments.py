"""What a file holds, found before it is written: its journals, and which numbers of each."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from django.db import connection

from comptabilite.exports.labels import Labels
from comptabilite.exports.shapes import Book, JournalBefore
from comptabilite.models import Export

NO_HASH = "0" * 64

#: Its days are closed: whatever was booked before the period is final, and stays as it is.
_JOURNALS = """
SELECT j.id, p.exercice, p.number, p.hash,
       EXISTS (SELECT FROM comptabilite_ecriture e
                WHERE e.caisse_id = j.caisse_id AND e.journal_id = j.id
                  AND e.accounting_on <= %(last_on)s) AS used
  FROM comptabilite_journal j
  LEFT JOIN LATERAL (
       SELECT v.exercice, v.number, v.hash
         FROM comptabilite_ecriture e
         JOIN comptabilite_validation v ON v.caisse_id = e.caisse_id AND v.ecriture_id = e.id
        WHERE e.caisse_id = j.caisse_id AND e.journal_id = j.id AND e.accounting_on = (
              SELECT max(b.accounting_on) FROM comptabilite_ecriture b
               WHERE b.caisse_id = j.caisse_id AND b.journal_id = j.id
                 AND b.accounting_on < %(first_on)s)
        ORDER BY v.exercice DESC, v.number DESC LIMIT 1) p ON true
 WHERE j.caisse_id = %(caisse_id)s AND (%(journal_id)s::bigint IS NULL OR j.id = %(journal_id)s)
"""
#: The index of écritures begins with the journals: naming them lets it find the days.
_WANTED = """SELECT w.id FROM comptabilite_journal w WHERE w.caisse_id = %(caisse_id)s
                        AND (%(journal_id)s::bigint IS NULL OR w.id = %(journal_id)s)"""
_SEGMENTS = f"""
SELECT v.validated_on, v.journal_id, v.exercice, min(v.number), max(v.number), count(*)
  FROM comptabilite_validation v
  JOIN comptabilite_ecriture e ON e.caisse_id = v.caisse_id AND e.id = v.ecriture_id
  JOIN comptabilite_ligne l ON l.caisse_id = e.caisse_id AND l.ecriture_id = e.id
 WHERE v.caisse_id = %(caisse_id)s AND v.validated_at <= %(as_of)s
   AND e.accounting_on BETWEEN %(first_on)s AND %(last_on)s
   AND e.journal_id = ANY (ARRAY({_WANTED}))
 GROUP BY 1, 2, 3
"""  # noqa: S608 - a part of a query, ours
_WITHOUT_NUMBER = f"""
SELECT count(*) FROM comptabilite_ecriture e
 WHERE e.caisse_id = %(caisse_id)s AND e.accounting_on BETWEEN %(first_on)s AND %(last_on)s
   AND e.journal_id = ANY (ARRAY({_WANTED}))
   AND NOT EXISTS (SELECT FROM comptabilite_validation v
                    WHERE v.caisse_id = e.caisse_id AND v.ecriture_id = e.id
                      AND v.validated_at <= %(as_of)s)
"""  # noqa: S608 - a part of a query, ours


class Segment(NamedTuple):
    """Écritures that follow each other in a journal: from this number to that one. Sorted, they
    are in the order of a FEC; ``validated_on`` is left empty where that order is not wanted."""

    validated_on: date
    journal: str
    exercice: int
    first: int
    last: int
    journal_id: int
    lines: int


def parameters_of(export: Export) -> dict[str, Any]:
    """What the statements of an export are asked with."""
    return {
        "caisse_id": export.caisse_id,
        "journal_id": export.journal_id,
        "first_on": export.first_on,
        "last_on": export.last_on,
        "as_of": export.as_of,
    }


def without_number(export: Export) -> int:
    """Écritures of the period that no closing made final: none, since its days are closed."""
    ((count,),) = _rows(_WITHOUT_NUMBER, export)
    return int(count)


def segments_of(export: Export, labels: Labels, *, by_validation: bool) -> list[Segment]:
    """The numbers to write, in their order: by journal, exercice and number, after the date of
    validation when ``by_validation``. One line a day and journal at most."""
    found: dict[tuple[date, str, int], Segment] = {}
    for validated_on, journal_id, exercice, first, last, lines in _rows(_SEGMENTS, export):
        day = validated_on if by_validation else date.min
        new = Segment(day, labels.journals[journal_id], exercice, first, last, journal_id, lines)
        known = found.get(new[:3], new)
        found[new[:3]] = new._replace(
            first=min(first, known.first),
            last=max(last, known.last),
            lines=lines + (known.lines if known is not new else 0),
        )
    return sorted(found.values())


def book_of(export: Export, labels: Labels, segments: Sequence[Segment]) -> Book:
    """What the file says of itself. Its journals are those that wrote something until its last
    day, or the one asked for: a journal opened since then is not of a past export."""
    on = export.last_on.isoformat()
    first_years: dict[int, int] = {}
    for segment in segments:
        year = first_years.setdefault(segment.journal_id, segment.exercice)
        first_years[segment.journal_id] = min(year, segment.exercice)
    journals = [
        JournalBefore(
            pk=pk,
            code=labels.journals[pk],
            label=labels.journal(pk, on),
            previous_hash=digest or NO_HASH,
            previous_number=number if exercice == first_years.get(pk, export.first_on.year) else 0,
        )
        for pk, exercice, number, digest, used in _rows(_JOURNALS, export)
        if used or pk == export.journal_id
    ]
    return Book(
        caisse_id=export.caisse_id,
        caisse=export.caisse.code,
        siren=export.siren,
        caisse_label=export.caisse_label,
        first_on=export.first_on,
        last_on=export.last_on,
        as_of=export.as_of,
        encoding=export.encoding,
        journals=tuple(sorted(journals, key=lambda journal: journal.code)),
    )


def _rows(statement: str, export: Export) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters_of(export))
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
