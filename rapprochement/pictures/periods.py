"""The bars of a picture: 30 days, 13 weeks or 12 months of Paris, the one under way included."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _


class Step(models.TextChoices):
    """How long a bar is."""

    JOUR = "jour", _("30 jours")
    SEMAINE = "semaine", _("13 semaines")
    MOIS = "mois", _("12 mois")


#: Of ``date_trunc`` in PostgreSQL: a week begins on Monday there too.
TRUNC = {Step.JOUR: "day", Step.SEMAINE: "week", Step.MOIS: "month"}


@dataclass(frozen=True, slots=True)
class Span:
    """The Paris days of one bar, both included; the last one ends today at the latest."""

    first_on: date
    last_on: date


def spans(step: Step, *, today: date) -> list[Span]:
    """The bars up to ``today``, the oldest first, without a gap."""
    if step == Step.MOIS:
        starts = [_month(today, -back) for back in range(11, -1, -1)]
    else:
        width, count = (7, 13) if step == Step.SEMAINE else (1, 30)
        last = today - timedelta(days=today.weekday() if width == 7 else 0)
        starts = [last - timedelta(days=width * back) for back in range(count - 1, -1, -1)]
    ends = [start - timedelta(days=1) for start in starts[1:]]
    return [Span(*days) for days in zip(starts, [*ends, today], strict=True)]


def _month(today: date, moved: int) -> date:
    years, month = divmod(today.month - 1 + moved, 12)
    return date(today.year + years, month + 1, 1)
