"""Tells a person that a debt is over, with the way to its quittance: once for each end.

Debts end by their movements, whoever writes them (a booking, a file of the fund, an agent): the
ends are found in the history rather than announced by each of them. A row of the outbox says that
an end was told; so a sweep that is lost, doubled or killed tells nothing twice and forgets nothing.
"""

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse

from allocataires.models import Etape
from allocataires.proofs.standing import END_WORDS
from allocataires.states import ENDED
from caf_portal.database.scope import caisse_scope, national_scope
from relation_usager.models import Message
from relation_usager.models.message import MessageKind
from relation_usager.services.outbox import queue_message

#: How far back a sweep looks. Longer than any stop of the workers that nobody would notice.
LOOKS_BACK = timedelta(days=14)
#: Debts told in one transaction.
BATCH = 200
#: Ends that a quittance may state: the others are told by whoever decides them.
TOLD = sorted(ENDED & set(END_WORDS))


def announce_ends(*, now: datetime) -> int:
    """Queue ``DEBT_SETTLED`` for the debts that ended and are still over; how many.

    Nothing for a person without an address: the page of the debt says the same.
    """
    with national_scope():
        recent = _still_over(Etape.objects.filter(to_state__in=TOLD, at__gte=now - LOOKS_BACK))
        with_address = recent.filter(creance__allocataire__email__gt="")
        ends = list(with_address.order_by("caisse_id", "pk").values_list("caisse_id", "pk"))
        told = _already_told([pk for _, pk in ends], since=now - LOOKS_BACK)
    by_fund: dict[int, list[int]] = {}
    for caisse_id, pk in ends:
        if source_of(pk) not in told:
            by_fund.setdefault(caisse_id, []).append(pk)
    return sum(
        _announce(caisse_id, pks[at : at + BATCH], now=now)
        for caisse_id, pks in by_fund.items()
        for at in range(0, len(pks), BATCH)
    )


def source_of(etape_pk: int) -> UUID:
    """The identifier under which the outbox knows the end that this step is."""
    digest = hashlib.sha256(f"recouvrement.end/{etape_pk}".encode()).digest()
    return UUID(bytes=digest[:16])


def _still_over(ends: QuerySet[Etape]) -> QuerySet[Etape]:
    """Those that are the last step of their debt: an end that was undone is not told."""
    later = Etape.objects.filter(creance_id=OuterRef("creance_id"), pk__gt=OuterRef("pk"))
    return ends.filter(~Exists(later), creance__balance_cents=0)


def _already_told(pks: Iterable[int], *, since: datetime) -> set[UUID]:
    sources = [source_of(pk) for pk in pks]
    told = Message.objects.filter(kind=MessageKind.DEBT_SETTLED, created_at__gte=since)
    return set(told.filter(source_id__in=sources).values_list("source_id", flat=True))


def _announce(caisse_id: int, pks: list[int], *, now: datetime) -> int:
    """In the scope of the fund, and looking again: a debt owed again meanwhile is not over."""
    with caisse_scope(caisse_id):
        ends = _still_over(Etape.objects.filter(pk__in=pks)).order_by("pk")
        ends = ends.select_related("creance__allocataire")
        return sum(_tell(etape, now=now) for etape in ends)


def _tell(etape: Etape, *, now: datetime) -> int:
    creance = etape.creance
    person = creance.allocataire
    queue_message(
        caisse_id=etape.caisse_id,
        allocataire_id=person.pk,
        kind=MessageKind.DEBT_SETTLED,
        source_id=source_of(etape.pk),
        to_address=person.email,
        langue=person.langue,
        context={
            "reference": "",
            "amount_cents": creance.initial_cents,
            "page": reverse("allocataires:creance", args=[creance.public_id]),
        },
        now=now,
    )
    return 1
