"""Where a fund stands: its last closed day, and the open days that are over, with their proofs."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection

from caf_portal.paris import paris_date
from comptabilite.models import Cloture
from comptabilite.models.cloture import Periode
from comptabilite.services.open_days import first_day_to_close
from rapprochement.models import Rapprochement
from rapprochement.services.closing_checks import why_not_closed
from rapprochement.services.closing_periods import month_of

#: As many as a page shows: a month.
SHOWN = 31

_DRAFTS = """
SELECT accounting_on, count(*) FROM comptabilite_ecriture
 WHERE caisse_id = %(fund)s
   AND journal_id = ANY (ARRAY(SELECT id FROM comptabilite_journal WHERE caisse_id = %(fund)s))
   AND accounting_on BETWEEN %(first)s AND %(last)s
 GROUP BY accounting_on
"""


@dataclass(frozen=True, slots=True)
class OpenDay:
    """A day that may close: its last proof (none yet: not computed) and how many drafts it has."""

    day_on: date
    proof: Rapprochement | None
    drafts: int


@dataclass(frozen=True, slots=True)
class OpenPeriods:
    """``refusal``: why the first open day does not close, by its last proof, or "".

    ``months``: last days of the months that are over and not closed, oldest first; ``year``:
    last day of the first such year. ``more`` when not every open day is shown."""

    last_closed_on: date | None
    days: list[OpenDay]
    more: bool
    months: list[date]
    year: date | None
    refusal: str = ""


def open_periods(*, caisse_id: int, now: datetime) -> OpenPeriods:
    """What an accountant may close, in the caller's scope. It computes no proof."""
    yesterday = paris_date(now) - timedelta(days=1)
    first = first_day_to_close(caisse_id=caisse_id)
    closed = Cloture.objects.days(caisse_id=caisse_id).values_list("last_on", flat=True)
    start = closed.order_by("last_on").first() or first
    last = min(first + timedelta(days=SHOWN - 1), yesterday) if first else yesterday
    months = _months(caisse_id, start, yesterday)
    days = _days(caisse_id, first, last) if first else []
    return OpenPeriods(
        last_closed_on=closed.first(),
        days=days,
        more=last < yesterday,
        months=months,
        year=_year(caisse_id, start, yesterday),
        refusal=why_not_closed(days[0].proof) if days else "",
    )


def _days(caisse_id: int, first: date, last: date) -> list[OpenDay]:
    proofs = Rapprochement.objects.filter(caisse_id=caisse_id, day_on__range=(first, last))
    known = {proof.day_on: proof for proof in proofs}
    with connection.cursor() as cursor:
        cursor.execute(_DRAFTS, {"fund": caisse_id, "first": first, "last": last})
        drafts = dict(cursor.fetchall())
    days = (first + timedelta(days=each) for each in range((last - first).days + 1))
    return [OpenDay(day, known.get(day), drafts.get(day, 0)) for day in days]


def _months(caisse_id: int, start: date | None, yesterday: date) -> list[date]:
    closed = set(_closed(caisse_id, Periode.MOIS))
    found, day = [], month_of(start)[1] if start else yesterday + timedelta(days=1)
    while day <= yesterday:
        if day not in closed:
            found.append(day)
        day = month_of(day + timedelta(days=1))[1]
    return found


def _year(caisse_id: int, start: date | None, yesterday: date) -> date | None:
    closed = set(_closed(caisse_id, Periode.ANNEE))
    for year in range(start.year, yesterday.year + 1) if start else ():
        last = date(year, 12, 31)
        if last <= yesterday and last not in closed:
            return last
    return None


def _closed(caisse_id: int, periode: Periode) -> list[date]:
    rows = Cloture.objects.filter(caisse_id=caisse_id, periode=periode)
    return list(rows.values_list("last_on", flat=True))
