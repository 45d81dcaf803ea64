"""Posts the events of a fund to its subscriptions, in order, until each is received.

An event that is not received is tried again, ever more slowly, and holds back the following ones
of that subscription alone. Nothing of ours waits for the other side.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, OuterRef, Subquery
from django.utils.translation import gettext as _

from caf_portal.database.advisory import held
from caf_portal.database.scope import caisse_scope, national_scope
from comptabilite.models.anomalie import AnomalieKind
from comptabilite.services.anomalies import open_anomalie
from comptabilite.services.settling import settle_by_fact
from echanges.gateways.webhook import Outcome, post
from echanges.models import Abonnement, EvenementSortant, Livraison
from echanges.services.event_body import SIGNATURE, body_of, signed, written

#: Wait after the first try of an event, the second…; the last one for all those that follow.
DELAYS = tuple(timedelta(seconds=wait) for wait in (10, 30, 120, 300, 900, 1800, 3600))
#: After so long without the same event being received, an agent is told.
TOO_LONG = timedelta(days=1)
#: One run gives its place to others after so long, or so many events.
LONGEST_RUN, MOST_EVENTS = timedelta(seconds=30), 200

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Subscriber:
    """One subscription to serve."""

    abonnement_id: int
    caisse_id: int


@dataclass(frozen=True, slots=True)
class _Try:
    abonnement: Abonnement
    event: EvenementSortant
    attempt: int
    content: bytes


def subscribers_to_serve(*, now: datetime) -> list[Subscriber]:
    """Those with an event to receive, whose next try is due."""
    newest = EvenementSortant.objects.filter(caisse_id=OuterRef("caisse_id")).order_by("-number")
    tries = Livraison.objects.filter(
        abonnement_id=OuterRef("pk"), number=OuterRef("last_number") + 1
    ).order_by("-attempt")
    with national_scope():
        rows = list(
            Abonnement.objects.filter(active=True)
            .annotate(newest=Subquery(newest.values("number")[:1]))
            .filter(newest__gt=F("last_number"))
            .annotate(
                tried=Subquery(tries.values("attempt")[:1]),
                tried_at=Subquery(tries.values("at")[:1]),
            )
            .order_by("pk")
            .values_list("pk", "caisse_id", "tried", "tried_at")
        )
    return [
        Subscriber(pk, caisse_id)
        for pk, caisse_id, tried, tried_at in rows
        if tried is None or tried_at + _wait_after(tried) <= now
    ]


def serve(subscriber: Subscriber, *, clock: Clock) -> int:
    """Post what this subscription has not received, in order; returns how many it received.

    Two workers never serve the same one together. Stops at the first event that is not
    received. No transaction is open while the other side answers; a crash in between posts the
    same event again, with the same ``id``.
    """
    received, began = 0, clock()
    with held("echanges.deliver", subscriber.abonnement_id) as obtained:
        while obtained and received < MOST_EVENTS and clock() - began < LONGEST_RUN:
            each = _next_try(subscriber, now=clock())
            if each is None:
                break
            at = clock()
            outcome = post(each.abonnement.url, body=each.content, headers=_headers(each, at))
            with caisse_scope(subscriber.caisse_id):
                _record(each, outcome, at=at)
            if not outcome.is_received:
                break
            received += 1
    return received


def _next_try(subscriber: Subscriber, *, now: datetime) -> _Try | None:
    with caisse_scope(subscriber.caisse_id):
        abonnement = (
            Abonnement.objects.select_related("caisse")
            .filter(pk=subscriber.abonnement_id, active=True)
            .first()
        )
        if abonnement is None:
            return None
        number = abonnement.last_number + 1
        event = EvenementSortant.objects.filter(
            caisse_id=subscriber.caisse_id, number=number
        ).first()
        last = abonnement.livraisons.filter(number=number).order_by("-attempt").first()
    if event is None or (last is not None and last.at + _wait_after(last.attempt) > now):
        return None
    content = written(body_of(event, caisse_code=abonnement.caisse.code))
    return _Try(abonnement, event, (last.attempt if last else 0) + 1, content)


def _headers(each: _Try, at: datetime) -> dict[str, str]:
    return {
        "Content-Type": "application/json",
        "User-Agent": "caf-portal",
        "X-Caf-Event": f"{each.abonnement.caisse.code}-{each.event.number}",
        SIGNATURE: signed(each.content, secret=each.abonnement.secret, at=at),
    }


def _record(each: _Try, outcome: Outcome, *, at: datetime) -> None:
    """One line of the log; the cursor goes on, or an agent is told after a day."""
    abonnement = each.abonnement
    Livraison.objects.create(
        caisse_id=abonnement.caisse_id,
        abonnement=abonnement,
        number=each.event.number,
        attempt=each.attempt,
        at=at,
        status_code=outcome.status_code,
        error=outcome.error[:200],
        took_ms=outcome.took_ms,
    )
    if outcome.is_received:
        Abonnement.objects.filter(pk=abonnement.pk).update(last_number=each.event.number)
        settle_by_fact(
            caisse_id=abonnement.caisse_id,
            kinds=[AnomalieKind.EXCHANGE_FAILED],
            subjects=[_subject(each)],
            note="Le logiciel de la caisse a reçu cet événement.",
            now=at,
        )
        return
    first = abonnement.livraisons.filter(number=each.event.number).order_by("attempt")[0]
    if at - first.at >= TOO_LONG:
        _tell_an_agent(each, now=at)


def _tell_an_agent(each: _Try, *, now: datetime) -> None:
    """Once for an event that does not get through."""
    open_anomalie(
        caisse_id=each.abonnement.caisse_id,
        kind=AnomalieKind.EXCHANGE_FAILED,
        subject=_subject(each),
        detail=_(
            "Le logiciel de la caisse ne reçoit plus les événements depuis un jour (événement"
            " %(number)s, adresse %(url)s). Rien n’est perdu : les essais continuent chaque heure."
            " Vérifiez l’adresse de l’abonnement et son journal."
        )
        % {"number": each.event.number, "url": each.abonnement.url},
        now=now,
    )


def _subject(each: _Try) -> str:
    return f"{each.abonnement.public_id}/{each.event.number}"


def _wait_after(attempt: int) -> timedelta:
    return DELAYS[min(attempt, len(DELAYS)) - 1]
