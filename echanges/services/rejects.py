"""Keeps the rejected lines of a lot, each with its text; marks those that another lot corrects."""

from collections.abc import Iterable, Iterator
from itertools import groupby, islice
from operator import itemgetter

from django.db import connection

from echanges.lines.problems import sentence_of
from echanges.lines.records import Record
from echanges.models import Lot, Rejet

_PAGE = 2_000
_Found = tuple[int, str, str, str]


def keep_rejects(lot: Lot, records: Iterable[Record]) -> int:
    """Write a ``Rejet`` for each problem that was found; says how many lines were rejected.

    ``records`` is the file again: it is read in step with the rejected lines, which are few or
    many, but never all in memory.
    """
    rows = (
        Rejet(
            caisse_id=lot.caisse_id,
            lot=lot,
            line=line,
            field=field,
            code=code,
            reason=sentence_of(code, detail),
            raw=raw,
        )
        for raw, problems in _with_text(records)
        for line, field, code, detail in problems
    )
    while page := list(islice(rows, _PAGE)):
        Rejet.objects.bulk_create(page)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(DISTINCT line) FROM lot_rejet")
        return int(cursor.fetchone()[0])


def mark_corrected(lot: Lot) -> None:
    """The lines of the lot that this one corrects, and that it brought, are corrected."""
    brought = " UNION ALL ".join(
        f"SELECT line, rejet_ligne FROM lot_{name}"  # noqa: S608 - our own names
        for name in ("personne", "creance", "mois", "evenement")
    )
    statement = (
        f"UPDATE echanges_rejet r SET corrected_by_id = %s FROM ({brought}) s"  # noqa: S608 - our own
        " WHERE r.lot_id = %s AND r.line = s.rejet_ligne AND r.corrected_by_id IS NULL"
        " AND NOT EXISTS (SELECT FROM lot_rejet x WHERE x.line = s.line)"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [lot.pk, lot.corrects_id])


def _with_text(records: Iterable[Record]) -> Iterator[tuple[str, list[_Found]]]:
    """The text of each rejected line with its problems; asks for the file only if there is one."""
    remaining: Iterator[Record] | None = None
    for line, problems in groupby(_found(), key=itemgetter(0)):
        remaining = remaining or iter(records)
        record = next(record for record in remaining if record.line == line)
        yield record.told().replace("\x00", "\ufffd"), list(problems)


def _found() -> Iterator[_Found]:
    statement = (
        "SELECT DISTINCT ON (line, field) line, field, code, detail FROM lot_rejet"
        " WHERE line > %s ORDER BY line, field LIMIT %s"
    )
    last = 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(statement, [last, _PAGE])
            rows: list[_Found] = cursor.fetchall()
        if len(rows) == _PAGE:
            # The last line of a page may go on in the next one.
            rows = [row for row in rows if row[0] != rows[-1][0]]
        yield from rows
        if not rows:
            return
        last = rows[-1][0]
