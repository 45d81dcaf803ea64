"""Two letters about the same months: shown side by side, with the difference month by month.

Two debts overlap when they are of the same person, fund and family of benefit, and their periods
share a month. Nothing is decided here: the page tells what the fund's software said of each month,
and when it looks like the same sum asked for twice it says so, to be put to the fund.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from allocataires.models import Creance, MoisCreance
from allocataires.models.creance import CreanceQuerySet
from allocataires.month_queries import Months, months_by_creance


class Comparison(StrEnum):
    """What two letters say of one month."""

    #: The same sum asked for the same reason: one of them may be too much.
    SAME = "SAME"
    #: One starts from what was due according to the other: they add up.
    FOLLOWS = "FOLLOWS"
    DIFFERENT = "DIFFERENT"
    ONLY_HERE = "ONLY_HERE"
    ONLY_THERE = "ONLY_THERE"


@dataclass(frozen=True, slots=True)
class ComparedMonth:
    """One month as each letter tells it; ``None`` where a letter says nothing of it."""

    month_on: date
    here: MoisCreance | None
    there: MoisCreance | None

    @property
    def comparison(self) -> Comparison:
        """How the two fit."""
        if self.there is None:
            return Comparison.ONLY_HERE
        if self.here is None:
            return Comparison.ONLY_THERE
        if (self.here.paid_cents, self.here.due_cents) == (
            self.there.paid_cents,
            self.there.due_cents,
        ):
            return Comparison.SAME
        if self.here.paid_cents == self.there.due_cents:
            return Comparison.FOLLOWS
        if self.there.paid_cents == self.here.due_cents:
            return Comparison.FOLLOWS
        return Comparison.DIFFERENT

    @property
    def difference_cents(self) -> int:
        """What this debt asks for that month, less what the other one does."""
        mine = self.here.excess_cents if self.here else 0
        theirs = self.there.excess_cents if self.there else 0
        return mine - theirs


@dataclass(frozen=True, slots=True)
class Overlap:
    """Another debt about some of the same months. ``months`` is empty unless both are known."""

    other: Creance
    first_on: date
    last_on: date
    months: tuple[ComparedMonth, ...]

    @property
    def maybe_twice(self) -> bool:
        """Whether a month looks asked for twice."""
        return any(month.comparison == Comparison.SAME for month in self.months)

    @property
    def here_cents(self) -> int:
        """What this debt asks for over the shared months."""
        return sum(month.here.excess_cents for month in self.months if month.here)

    @property
    def there_cents(self) -> int:
        """What the other one does."""
        return sum(month.there.excess_cents for month in self.months if month.there)

    @property
    def difference_cents(self) -> int:
        """This debt less the other."""
        return self.here_cents - self.there_cents


def overlaps_of(creance: Creance, among: CreanceQuerySet) -> list[Overlap]:
    """The debts of ``among`` that overlap this one, oldest first: two queries.

    ``among`` is what the reader may see: a letter shows its own debt only (ADR 0008), so its
    holder learns nothing of another one.
    """
    others = [
        other
        for other in among.filter(
            caisse_id=creance.caisse_id,
            allocataire_id=creance.allocataire_id,
            period_start_on__lte=creance.period_end_on,
            period_end_on__gte=creance.period_start_on,
        )
        .exclude(pk=creance.pk)
        .oldest_first()
        if other.famille == creance.famille
    ]
    if not others:
        return []
    months = months_by_creance([creance, *others])
    return [_overlap(creance, other, months[creance.pk], months[other.pk]) for other in others]


def _overlap(here: Creance, there: Creance, mine: Months, theirs: Months) -> Overlap:
    first = max(here.period_start_on, there.period_start_on).replace(day=1)
    last = min(here.period_end_on, there.period_end_on)
    known = mine.known and theirs.known
    months = _compared(_within(mine.rows, first, last), _within(theirs.rows, first, last))
    return Overlap(there, first, last, months if known else ())


def _within(rows: Sequence[MoisCreance], first: date, last: date) -> dict[date, MoisCreance]:
    return {row.month_on: row for row in rows if first <= row.month_on <= last}


def _compared(
    mine: dict[date, MoisCreance], theirs: dict[date, MoisCreance]
) -> tuple[ComparedMonth, ...]:
    days: Iterable[date] = sorted({*mine, *theirs})
    return tuple(ComparedMonth(day, mine.get(day), theirs.get(day)) for day in days)
