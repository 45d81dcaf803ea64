"""Reads the events of a fund, from a number on."""

from datetime import datetime

from caf_portal.database.scope import caisse_scope
from echanges.models import EvenementSortant
from echanges.services.publishing import publish_events


def events_after(
    *, caisse_id: int, number: int, limit: int, now: datetime
) -> list[EvenementSortant]:
    """The events that follow ``number``, in order, ``limit`` at most.

    What waits is published first: an event is there as soon as its fact is committed, whether
    or not a worker runs.
    """
    publish_events(caisse_id=caisse_id, now=now)
    with caisse_scope(caisse_id):
        following = EvenementSortant.objects.filter(caisse_id=caisse_id, number__gt=number)
        return list(following.order_by("number")[:limit])
