"""Reads a file of the exchange format: its header, then its records one by one."""

from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _

from echanges.lines.checking import Header, header_of
from echanges.lines.csv_lines import csv_records
from echanges.lines.json_lines import json_records
from echanges.lines.problems import FileRefused
from echanges.lines.records import Record
from echanges.lines.schema import HEADER
from echanges.lines.splitting import numbered_lines
from echanges.models.lot import LotFormat


def open_file(chunks: Iterable[bytes], lot_format: str) -> tuple[Header, Iterator[Record]]:
    """The header, and an iterator over all that follows. Raises ``FileRefused``."""
    records = records_of(chunks, lot_format)
    return header_of(next(records, None)), _after_header(records)


def records_of(chunks: Iterable[bytes], lot_format: str) -> Iterator[Record]:
    """Every record, the header first, unchecked."""
    lines = numbered_lines(chunks)
    return csv_records(lines) if lot_format == LotFormat.CSV else json_records(lines)


def _after_header(records: Iterator[Record]) -> Iterator[Record]:
    for record in records:
        if record.kind == HEADER:
            raise FileRefused(
                _("La ligne %(line)s est un second en-tête : envoyez un fichier à la fois.")
                % {"line": record.line}
            )
        yield record
