"""The rejected lines of a lot as a file of the same format: to correct, and to load again."""

import csv
import io
import json
import tempfile
from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import attrgetter
from typing import Any, BinaryIO, cast

from caf_portal.spreadsheet import guarded
from echanges.lines.checking import Count
from echanges.lines.records import Record
from echanges.lines.schema import CENTS_TOTAL, HEADER, LINES_TOTAL, VERSION, columns
from echanges.models import Lot, Rejet
from echanges.models.lot import LotFormat

#: Kept in memory up to there, on disk beyond.
_IN_MEMORY = 1024 * 1024


def write_reject_file(lot: Lot) -> BinaryIO:
    """A file with the lines of ``lot`` that nothing has corrected yet, each with its reasons.

    Its header says which lot it corrects and announces the totals of its lines as they stand:
    whoever changes an amount or takes a line out changes the header too. In CSV, no cell is a
    formula for a spreadsheet; the reader takes the apostrophe off. To be closed by the caller.
    """
    count, body = Count(), _spooled()
    for line in _lines(lot):
        values = {name: str(value) for name, value in line.items()}
        count.add(Record(0, values.get("type", ""), values, ""))
        body.write(_written(lot.format, line))
    whole = _spooled()
    if lot.format == LotFormat.CSV:
        whole.write(_row(columns()))
    whole.write(_written(lot.format, _header(lot, count)))
    body.seek(0)
    while piece := body.read(_IN_MEMORY):
        whole.write(piece)
    body.close()
    whole.seek(0)
    return whole


def _lines(lot: Lot) -> Iterator[dict[str, Any]]:
    rejets = Rejet.objects.filter(lot=lot, corrected_by__isnull=True).order_by("line", "field")
    for line, found in groupby(rejets.iterator(chunk_size=2_000), key=attrgetter("line")):
        yield _with_reasons(line, list(found))


def _with_reasons(line: int, found: list[Rejet]) -> dict[str, Any]:
    raw, why = found[0].raw, " ".join(rejet.reason for rejet in found)
    try:
        values = json.loads(raw)
    except (ValueError, RecursionError):
        values = None
    if not isinstance(values, dict):
        # Nothing can be said of it field by field: it is shown, to be written again or taken out.
        values, why = {"type": ""}, f"{why} {raw[:500]}"
    return {
        **values,
        "rejet_ligne": line,
        "rejet_champ": " ".join(rejet.field for rejet in found if rejet.field),
        "rejet_code": " ".join(rejet.code for rejet in found),
        "rejet_raison": why,
    }


def _header(lot: Lot, count: Count) -> dict[str, Any]:
    return {
        "type": HEADER,
        "schema": VERSION,
        "caisse": lot.caisse.code,
        "journee": lot.day_on.isoformat(),
        "sequence": lot.sequence,
        "corrige": str(lot.public_id),
        **{name: count.by_kind[kind]["lines"] for kind, name in LINES_TOTAL.items()},
        **{name: count.by_kind[kind]["cents"] for kind, name in CENTS_TOTAL.items()},
    }


def _written(lot_format: str, values: dict[str, Any]) -> bytes:
    if lot_format == LotFormat.CSV:
        return _row(guarded(str(values.get(name, ""))) for name in columns())
    return _encoded(json.dumps(values, ensure_ascii=False) + "\n")


def _row(values: Iterable[Any]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerow(values)
    return _encoded(text.getvalue())


def _encoded(text: str) -> bytes:
    """In UTF-8; half of a character, that JSON can write, as JSON writes it."""
    return text.encode(errors="backslashreplace")


def _spooled() -> BinaryIO:
    return cast(BinaryIO, tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY))
