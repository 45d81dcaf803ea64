"""The sandbox's clock: the machine's, moved forward by a stored number of seconds.

Instalments fall due over months: a tester moves the clock instead of waiting. Every "now" of the
sandbox comes from here, but for how long a call to a shop takes.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from payzen_sandbox import alarm
from payzen_sandbox.models import ClockOffset
from payzen_sandbox.models.clock import ONLY_ROW

LONGEST_MOVE_SECONDS = 10 * 366 * 86_400


class BadMove(ValueError):
    """The clock cannot be moved so: time only goes forward, ten years at most at a time."""


def now() -> datetime:
    """The instant the sandbox lives in, aware, UTC."""
    return timezone.now() + timedelta(seconds=offset_seconds())


def offset_seconds() -> int:
    """How many seconds the sandbox is ahead of the machine."""
    stored = ClockOffset.objects.filter(pk=ONLY_ROW).values_list("seconds", flat=True).first()
    return stored or 0


def advance(*, seconds: int) -> datetime:
    """Move the clock forward and wake the sweeper; returns the new instant. Raises BadMove."""
    if not 0 <= seconds <= LONGEST_MOVE_SECONDS:
        raise BadMove(seconds)
    with transaction.atomic():
        total = min(offset_seconds() + seconds, LONGEST_MOVE_SECONDS)
        ClockOffset.objects.update_or_create(pk=ONLY_ROW, defaults={"seconds": total})
    alarm.ring()
    return now()


def reset() -> datetime:
    """Come back to the machine's time: the only way back. What was dated ahead stays so."""
    ClockOffset.objects.all().delete()
    alarm.ring()
    return now()
