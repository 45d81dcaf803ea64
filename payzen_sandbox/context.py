"""What every page of the back office shows: the sandbox's own time."""

from datetime import timedelta

from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from payzen_sandbox import clock


def sandbox_time(request: HttpRequest) -> dict[str, object]:
    """`sandbox_clock.now` and `.offset`, read only by the pages that show them."""
    return {"sandbox_clock": SimpleLazyObject(_read)}


def _read() -> dict[str, object]:
    seconds = clock.offset_seconds()
    return {"now": timezone.now() + timedelta(seconds=seconds), "offset": seconds}
