"""Invents the months of a debt: what was paid against what was due, mostly summing to the debt."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from random import Random

from allocataires.demo.records import DemoCreance, DemoMois

#: Shares of the debts whose months are not told, and whose months do not add up.
_UNKNOWN = 0.08
_GAP = 0.10


def invent_months(
    rng: Random, *, start_on: date, end_on: date, initial_cents: int
) -> tuple[DemoMois, ...]:
    """Months of the period; their excess sums to the debt, but for a few, and some have none."""
    draw = rng.random()
    if draw < _UNKNOWN:
        return ()
    gap = rng.choice((37, -52, 1_500, -2_500)) if draw < _UNKNOWN + _GAP else 0
    total = max(initial_cents - gap, 100)
    return tuple(
        DemoMois(month, due + excess, due)
        for month, excess in _spread(start_on, end_on, total)
        for due in (rng.choice((0, rng.randint(60, 420) * 100)),)
    )


def even_months(*, start_on: date, end_on: date, initial_cents: int) -> tuple[DemoMois, ...]:
    """Months without chance: the same excess each, what is left over in the first one."""
    return tuple(
        DemoMois(month, 150_00 + excess, 150_00)
        for month, excess in _spread(start_on, end_on, initial_cents)
    )


def overlapping(first: DemoCreance, *, same: bool) -> DemoCreance:
    """A second letter about the months of ``first``, whose other facts it keeps.

    ``same``: it asks for the same sums again. Otherwise it starts from what was due according to
    the first letter, so that both add up; there must be something due left to recompute.
    """
    recomputed = tuple(_recomputed(month) for month in first.mois if month.due_cents)
    months = first.mois if same or not recomputed else recomputed
    initial_cents = sum(month.paid_cents - month.due_cents for month in months)
    return replace(first, mois=months, initial_cents=initial_cents)


def _recomputed(month: DemoMois) -> DemoMois:
    """What was due is now less still: half of it."""
    return DemoMois(month.month_on, month.due_cents, month.due_cents // 2)


def _spread(start_on: date, end_on: date, cents: int) -> Iterator[tuple[date, int]]:
    days = list(_months(start_on, end_on))
    each, rest = divmod(cents, len(days))
    for rank, day in enumerate(days):
        yield day, each + (rest if rank == 0 else 0)


def _months(start_on: date, end_on: date) -> Iterator[date]:
    day = start_on.replace(day=1)
    while day <= end_on:
        yield day
        day = date(day.year + day.month // 12, day.month % 12 + 1, 1)
