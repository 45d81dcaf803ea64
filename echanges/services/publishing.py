"""Publishes facts: one publisher a fund gives numbers without gap, after the facts' own commit.

A reader that asks for what follows number n can miss nothing: a number only exists once every
smaller one is committed (ADR 0012). Facts come from ``FaitSortant``, filled by triggers.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from django.db.models import Max

from caf_portal.database.advisory import one_at_a_time
from caf_portal.database.scope import caisse_scope, national_scope
from echanges.models import EvenementSortant, FaitSortant
from echanges.services.payloads import Told, tell

#: Facts published in one transaction.
BATCH = 500


def publish_all(*, now: datetime) -> int:
    """Publish what waits in every fund; returns how many events were made. The periodic sweep."""
    with national_scope():
        waiting = list(
            FaitSortant.objects.order_by("caisse_id").values_list("caisse_id", flat=True).distinct()
        )
    return sum(publish_events(caisse_id=caisse_id, now=now) for caisse_id in waiting)


def publish_events(*, caisse_id: int, now: datetime) -> int:
    """Publish what waits in one fund, by batches that commit one by one; returns how many.

    Several callers at once wait for each other and publish each fact once. A crash loses
    nothing: a batch's events and the end of its facts are one transaction. Facts noted while
    it runs are left to the next call: it always ends.
    """
    with caisse_scope(caisse_id):
        last = FaitSortant.objects.filter(caisse_id=caisse_id).aggregate(last=Max("pk"))["last"]
    published = 0
    while last is not None:
        with caisse_scope(caisse_id):
            made = _publish_batch(caisse_id, up_to=last, now=now)
        published += made
        if made < BATCH:
            break
    return published


def _publish_batch(caisse_id: int, *, up_to: int, now: datetime) -> int:
    one_at_a_time("echanges.publish", caisse_id)
    # Read under the lock: what the publisher before us took is gone.
    waiting = FaitSortant.objects.filter(caisse_id=caisse_id, pk__lte=up_to)
    facts = list(waiting.order_by("pk")[:BATCH])
    if not facts:
        return 0
    known = EvenementSortant.objects.filter(caisse_id=caisse_id)
    number = known.aggregate(last=Max("number"))["last"] or 0
    told = _tell(facts)
    EvenementSortant.objects.bulk_create(
        EvenementSortant(
            caisse_id=caisse_id,
            number=number + place,
            kind=fact.kind,
            source_key=fact.source_key,
            payload=told[fact.pk][0],
            occurred_at=told[fact.pk][1],
            published_at=now,
        )
        for place, fact in enumerate(facts, start=1)
    )
    FaitSortant.objects.filter(pk__in=[fact.pk for fact in facts]).delete()
    return len(facts)


def _tell(facts: Sequence[FaitSortant]) -> dict[int, Told]:
    by_kind: dict[str, list[FaitSortant]] = defaultdict(list)
    for fact in facts:
        by_kind[fact.kind].append(fact)
    told: dict[int, Told] = {}
    for kind, same in by_kind.items():
        told |= tell(kind, same)
    return told
