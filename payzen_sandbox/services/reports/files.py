"""Name and write a report file."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from payzen_sandbox.services.reports.common import Row, csv_text, file_stem
from payzen_sandbox.services.reports.jo import jo_rows
from payzen_sandbox.services.reports.jrb import jrb_rows
from payzen_sandbox.services.reports.jri import jri_rows
from payzen_sandbox.services.reports.jt import jt_rows
from payzen_sandbox.shops import Shop


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of file: its label, the version in its name, and its records."""

    label: str | Promise
    version: str
    rows: Callable[..., Iterator[Row]]


KINDS = {
    "JT": Kind(_("Transactions"), "", jt_rows),
    "JO": Kind(_("Opérations"), "_V3", jo_rows),
    "JRB": Kind(_("Rapprochement bancaire"), "_V2", jrb_rows),
    "JRI": Kind(_("Impayés"), "_V1", jri_rows),
}


@dataclass(frozen=True, slots=True)
class ReportFile:
    """A file ready to be downloaded or written; text in UTF-8."""

    name: str
    text: str


def report_file(kind: str, *, shop: Shop, day: date, now: datetime) -> ReportFile:
    """The file of a UTC day, even when nothing happened. Raises KeyError for an unknown kind."""
    found = KINDS[kind]
    rows = found.rows(shop, day, now=now)
    return ReportFile(f"{file_stem(kind, shop, day)}{found.version}.csv", csv_text(rows))
