"""Months, as benefits count them."""

from calendar import monthrange
from collections.abc import Iterator
from datetime import date


def month_end(day: date) -> date:
    """The last day of this day's month."""
    return day.replace(day=monthrange(day.year, day.month)[1])


def same_day_each_month(start: date, day: int, count: int) -> Iterator[date]:
    """The ``day`` (28 at most) of ``count`` months in a row, from the month after ``start``."""
    year, month = start.year, start.month
    for _ in range(count):
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
        yield date(year, month, day)
