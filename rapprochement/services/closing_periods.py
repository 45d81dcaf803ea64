"""Closes months and years, once all their days, all their months are closed."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Sum
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from caf_portal.paris import paris_date
from caisses.models import Agent
from comptabilite.models import Cloture
from comptabilite.models.cloture import Periode
from comptabilite.services.open_days import hold_books
from rapprochement.services.closing_checks import ClosingRefused, long_day, refuse_unless_accountant


def month_of(day: date) -> tuple[date, date]:
    """The first and last day of the month of ``day``."""
    first = day.replace(day=1)
    return first, (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)


def year_of(day: date) -> tuple[date, date]:
    """The first and last day of the year of ``day``."""
    return date(day.year, 1, 1), date(day.year, 12, 31)


@transaction.atomic
def close_month(*, caisse_id: int, day_on: date, agent: Agent, now: datetime) -> Cloture:
    """Close the month of ``day_on``, in the caller's scope.

    All its days from the fund's first closed one must be closed, and the months before it. Raises
    ``ClosingRefused``.
    """
    refuse_unless_accountant(caisse_id=caisse_id, agent=agent)
    hold_books(caisse_id=caisse_id)
    first, last = month_of(day_on)
    _refuse_closed_or_open_days(caisse_id, Periode.MOIS, first, last, now)
    _refuse_open_months(caisse_id, until=first)
    return _close(caisse_id, Periode.MOIS, first, last, agent, now)


@transaction.atomic
def close_year(*, caisse_id: int, day_on: date, agent: Agent, now: datetime) -> Cloture:
    """Close the year of ``day_on``, in the caller's scope; its months must be closed. Numbers start
    again at 1 with the next one. Raises ``ClosingRefused``.
    """
    refuse_unless_accountant(caisse_id=caisse_id, agent=agent)
    hold_books(caisse_id=caisse_id)
    first, last = year_of(day_on)
    _refuse_closed_or_open_days(caisse_id, Periode.ANNEE, first, last, now)
    _refuse_open_months(caisse_id, until=last + timedelta(days=1))
    return _close(caisse_id, Periode.ANNEE, first, last, agent, now)


def _refuse_closed_or_open_days(
    caisse_id: int, periode: Periode, first: date, last: date, now: datetime
) -> None:
    period = date_format(first, "F Y") if periode == Periode.MOIS else str(first.year)
    known = Cloture.objects.filter(caisse_id=caisse_id, periode=periode, last_on=last)
    if known.exists():
        raise ClosingRefused(_("%(periode)s : déjà clôturé.") % {"periode": period})
    if last >= paris_date(now):
        raise ClosingRefused(
            _("%(periode)s n’est pas terminé : la clôture sera possible à partir du lendemain.")
            % {"periode": period}
        )
    days = Cloture.objects.days(caisse_id=caisse_id).values_list("last_on", flat=True)
    closed, begun = days.first(), days.order_by("last_on").first()
    if begun is not None and last < begun:
        raise ClosingRefused(
            _("%(periode)s précède le premier jour clôturé, le %(jour)s.")
            % {"periode": period, "jour": long_day(begun)}
        )
    if closed is None or closed < last:
        day = max(closed + timedelta(days=1), first) if closed else first
        raise ClosingRefused(
            _("%(periode)s a encore des jours ouverts : clôturez d’abord le %(jour)s.")
            % {"periode": period, "jour": long_day(day)}
        )


def _refuse_open_months(caisse_id: int, *, until: date) -> None:
    """Months close in turn, from that of the fund's first closed day."""
    days = Cloture.objects.days(caisse_id=caisse_id)
    start = days.order_by("last_on").values_list("last_on", flat=True).first()
    if start is None:
        return
    closed = set(
        Cloture.objects.filter(caisse_id=caisse_id, periode=Periode.MOIS).values_list(
            "first_on", flat=True
        )
    )
    month = start.replace(day=1)
    while month < until:
        if month not in closed:
            raise ClosingRefused(
                _("Clôturez d’abord le mois de %(mois)s.") % {"mois": date_format(month, "F Y")}
            )
        month = month_of(month)[1] + timedelta(days=1)


def _close(
    caisse_id: int, periode: Periode, first: date, last: date, agent: Agent, now: datetime
) -> Cloture:
    """The sums of its days, as they were when each was closed."""
    days = Cloture.objects.days(caisse_id=caisse_id).filter(last_on__range=(first, last))
    sums = days.aggregate(
        ecritures=Sum("ecritures", default=0),
        debit_cents=Sum("debit_cents", default=0),
        residual_cents=Sum("residual_cents", default=0),
    )
    return Cloture.objects.create(
        caisse_id=caisse_id,
        periode=periode,
        first_on=first,
        last_on=last,
        closed_at=now,
        closed_by=agent,
        proof={"days": days.count()},
        **sums,
    )
