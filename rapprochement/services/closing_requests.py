"""Closes what takes longer than a page: the many days, month or year that an accountant asks."""

from collections.abc import Callable
from datetime import date, datetime

import structlog

from caf_portal.database.scope import caisse_scope
from caisses.models import Agent
from comptabilite.models import Cloture
from comptabilite.models.cloture import Periode
from comptabilite.services.lettering_debts import letter_debts
from rapprochement.services.closing import (
    ClosingRefused,
    close_day,
    close_days_until,
    close_month,
    close_year,
)
from rapprochement.services.open_periods import open_periods

logger = structlog.get_logger(__name__)


def close_as_asked(
    *,
    caisse_id: int,
    last_on: date,
    periode: Periode,
    agent_id: int,
    now: datetime,
    close: Callable[..., Cloture] = close_day,
) -> str:
    """Close the days until ``last_on``, then the months or the year that end by then.

    Returns why it stopped before the end, or "": the page of closings shows the same day and what
    it lacks. Nothing is closed twice: asked again, it goes on from where it stopped. The debts that
    are settled are lettered at the end. ``close`` closes each day.
    """
    agent = Agent.objects.get(pk=agent_id)
    closed, refusal = close_days_until(
        caisse_id=caisse_id, last_on=last_on, agent=agent, now=now, close=close
    )
    if not refusal and periode != Periode.JOUR:
        refusal = _close_longer(caisse_id, last_on, periode, agent, now)
    logger.info(
        "rapprochement.closing.asked", caisse_id=caisse_id, days=len(closed), refusal=refusal
    )
    letter_debts(caisse_id=caisse_id, now=now)
    return refusal


def _close_longer(
    caisse_id: int, last_on: date, periode: Periode, agent: Agent, now: datetime
) -> str:
    try:
        with caisse_scope(caisse_id):
            months = open_periods(caisse_id=caisse_id, now=now).months
            for month in [day for day in months if day <= last_on]:
                close_month(caisse_id=caisse_id, day_on=month, agent=agent, now=now)
            if periode == Periode.ANNEE and not _is_closed(caisse_id, last_on):
                close_year(caisse_id=caisse_id, day_on=last_on, agent=agent, now=now)
    except ClosingRefused as refusal:
        return str(refusal)
    return ""


def _is_closed(caisse_id: int, last_on: date) -> bool:
    years = Cloture.objects.filter(caisse_id=caisse_id, periode=Periode.ANNEE, last_on=last_on)
    return years.exists()
