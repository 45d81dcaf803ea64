"""The accounting day: a date in Paris, decided once from a UTC instant."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")


def paris_date(instant: datetime) -> date:
    """The date in Paris of an aware instant; raises ``ValueError`` for a naive one."""
    if instant.tzinfo is None:
        raise ValueError("an instant without a time zone has no date")
    return instant.astimezone(PARIS).date()
