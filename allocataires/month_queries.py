"""The months of a debt: what was paid against what was due, and whether they make up the debt."""

from collections.abc import Sequence
from dataclasses import dataclass

from allocataires.models import Creance, MoisCreance


@dataclass(frozen=True, slots=True)
class Months:
    """The months that the fund's software gave, oldest first; none when they are not known."""

    rows: tuple[MoisCreance, ...]
    initial_cents: int

    @property
    def known(self) -> bool:
        """Whether the fund told the months."""
        return bool(self.rows)

    @property
    def paid_cents(self) -> int:
        """What was paid in all these months."""
        return sum(row.paid_cents for row in self.rows)

    @property
    def due_cents(self) -> int:
        """What should have been."""
        return sum(row.due_cents for row in self.rows)

    @property
    def excess_cents(self) -> int:
        """What was paid in excess: what the debt should be."""
        return self.paid_cents - self.due_cents

    @property
    def gap_cents(self) -> int:
        """The debt less what the months explain: positive when the debt is more than they say."""
        return self.initial_cents - self.excess_cents if self.known else 0

    @property
    def gap_size_cents(self) -> int:
        """The same without its sign."""
        return abs(self.gap_cents)


def months_of(creance: Creance) -> Months:
    """The months of one debt, in one query, in the caller's scope."""
    return Months(tuple(creance.mois.order_by("month_on")), creance.initial_cents)


def months_by_creance(creances: Sequence[Creance]) -> dict[int, Months]:
    """The same for several debts, by primary key, in one query."""
    found = MoisCreance.objects.filter(creance__in=creances).order_by("month_on")
    rows: dict[int, list[MoisCreance]] = {creance.pk: [] for creance in creances}
    for row in found:
        rows[row.creance_id].append(row)
    return {one.pk: Months(tuple(rows[one.pk]), one.initial_cents) for one in creances}
