"""What an accountant asks to close: written down at once, done by a worker, never lost.

The row is there before any message, and a sweep gives it to a worker again until it is ended: what
a stopped worker had closed stays closed, and the next one goes on from there.
"""

from datetime import date, datetime
from functools import partial

import structlog
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from caf_portal.database.advisory import held, one_at_a_time
from caf_portal.database.scope import caisse_scope, national_scope
from caisses.models import Agent
from comptabilite.models import Cloture, DemandeCloture
from comptabilite.models.cloture import Periode
from rapprochement.services.closing import ClosingRefused, close_day
from rapprochement.services.closing_checks import (
    long_day,
    refuse_out_of_turn,
    refuse_unless_accountant,
)
from rapprochement.services.closing_requests import close_as_asked

logger = structlog.get_logger(__name__)

#: A request that stopped so many workers is given up, and says so.
MAX_ATTEMPTS = 5


@transaction.atomic
def ask_closing(
    *, caisse_id: int, last_on: date, periode: Periode, alone: bool, agent: Agent, now: datetime
) -> DemandeCloture:
    """Write down what an accountant asks to close, in the caller's scope; a worker does it.

    ``alone``: the day ``last_on`` and no other; otherwise every day until it, then the months or
    the year that end by then. Raises ``ClosingRefused`` for what can be said at once: not an
    accountant of the fund, another request that is not ended, a day that is not over or not next.
    """
    refuse_unless_accountant(caisse_id=caisse_id, agent=agent)
    one_at_a_time("demandes de clôture", caisse_id)
    pending = DemandeCloture.objects.unfinished().filter(caisse_id=caisse_id).first()
    if pending is not None:
        raise ClosingRefused(
            _("Une clôture jusqu’au %(jour)s est déjà en cours : attendez qu’elle se termine.")
            % {"jour": long_day(pending.last_on)}
        )
    if alone:
        refuse_out_of_turn(caisse_id, last_on, now)
    return DemandeCloture.objects.create(
        caisse_id=caisse_id,
        periode=periode,
        first_on=last_on if alone else None,
        last_on=last_on,
        asked_by=agent,
        asked_at=now,
    )


def last_request(*, caisse_id: int) -> DemandeCloture | None:
    """The last thing that was asked of a fund, ended or not; in the caller's scope."""
    rows = DemandeCloture.objects.filter(caisse_id=caisse_id).select_related("asked_by")
    return rows.order_by("pk").last()


def unfinished_requests() -> list[tuple[int, int]]:
    """The requests to give to a worker, each with its fund."""
    with national_scope():
        rows = DemandeCloture.objects.unfinished().order_by("pk")
        return list(rows.values_list("pk", "caisse_id"))


def work_on_request(*, demande_id: int, caisse_id: int, now: datetime) -> None:
    """Close what a request asks, from where it stands, and write how it ended.

    Outside any scope: each day is a transaction of its own. Nothing while another worker is at
    it, or once it is ended.
    """
    with held("demande de clôture", demande_id) as obtained:
        demande = _taken(demande_id, caisse_id) if obtained else None
        if demande is not None:
            refusal = _given_up(demande) or _close(demande, now=now)
            _end(demande, refusal, now=now)


def _taken(demande_id: int, caisse_id: int) -> DemandeCloture | None:
    with caisse_scope(caisse_id):
        rows = DemandeCloture.objects.unfinished().filter(pk=demande_id)
        rows.update(attempts=F("attempts") + 1)
        return rows.first()


def _given_up(demande: DemandeCloture) -> str:
    if demande.attempts <= MAX_ATTEMPTS:
        return ""
    logger.error("rapprochement.closing.given_up", demande=demande.pk, caisse_id=demande.caisse_id)
    return _("La clôture s’est arrêtée plusieurs fois sans se terminer : prévenez l’équipe.")


def _close(demande: DemandeCloture, *, now: datetime) -> str:
    """Why it stopped before its end, or ""."""
    if demande.first_on is not None:
        return _close_alone(demande, demande.first_on, now=now)
    return close_as_asked(
        caisse_id=demande.caisse_id,
        last_on=demande.last_on,
        periode=Periode(demande.periode),
        agent_id=demande.asked_by_id,
        now=now,
        close=partial(_close_and_count, demande),
    )


def _close_alone(demande: DemandeCloture, day_on: date, *, now: datetime) -> str:
    agent = Agent.objects.get(pk=demande.asked_by_id)
    with caisse_scope(demande.caisse_id):
        closed = Cloture.objects.days(caisse_id=demande.caisse_id)
        if closed.filter(last_on=day_on).exists():
            return ""
        try:
            _close_and_count(
                demande, caisse_id=demande.caisse_id, day_on=day_on, agent=agent, now=now
            )
        except ClosingRefused as refusal:
            # Said inside: the proof that refuses is kept, for the accountant to open.
            return str(refusal)
    return ""


def _close_and_count(
    demande: DemandeCloture, *, caisse_id: int, day_on: date, agent: Agent, now: datetime
) -> Cloture:
    """A day and its count, in the transaction of the caller's scope."""
    cloture = close_day(caisse_id=caisse_id, day_on=day_on, agent=agent, now=now)
    DemandeCloture.objects.filter(pk=demande.pk).update(days_closed=F("days_closed") + 1)
    return cloture


def _end(demande: DemandeCloture, refusal: str, *, now: datetime) -> None:
    with caisse_scope(demande.caisse_id):
        rows = DemandeCloture.objects.unfinished().filter(pk=demande.pk)
        rows.update(ended_at=now, refusal=refusal[:1000])
