"""What days do to demandes: silence rejects them, and recovery resumes after its notice.

Each sweep lists in the national scope, then takes one row at a time, in the scope of its fund and
under lock, and looks again: done twice or at once, it does nothing the second time.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from allocataires.models import Creance
from caf_portal.database.scope import caisse_scope, national_scope
from caf_portal.paris import paris_date
from caf_portal.sweeping import try_each
from recouvrement.deadlines import NOTICE_DAYS
from recouvrement.demande_rules import after_silence
from recouvrement.models import Demande
from recouvrement.models.demande import DemandeKind, DemandeStatus
from recouvrement.services.demande_messages import tell_decided, tell_resumes
from recouvrement.services.suspension import (
    STOPPED_BY_DEMANDE,
    resume_recovery,
    resumes_on,
)

logger = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class DebtTarget:
    """A debt to look at again, under lock."""

    creance_id: int
    caisse_id: int


def reject_by_silence(*, now: datetime) -> int:
    """Reject the demandes whose last day to be answered is over in Paris; how many."""
    with national_scope():
        late = Demande.objects.waiting().filter(answer_due_on__lt=paris_date(now))
        targets = list(late.order_by("pk").values_list("pk", "creance_id", "caisse_id"))
    return sum(try_each(targets, lambda row: _reject(row[0], DebtTarget(*row[1:]), now=now)))


def resume_recoveries(*, now: datetime) -> int:
    """Resume the recovery of the debts whose day has come; how many."""
    stopped = _stopped(now, days_ahead=0)
    return sum(try_each(stopped, lambda target: _resume(target, now=now)))


def announce_recoveries(*, now: datetime) -> int:
    """Tell those whose recovery resumes within six days; how many debts were looked at."""
    stopped = _stopped(now, days_ahead=NOTICE_DAYS)
    return sum(try_each(stopped, lambda target: _announce(target, now=now)))


def _stopped(now: datetime, *, days_ahead: int) -> Iterable[DebtTarget]:
    """Debts with an answered demande whose date comes in so many days, or came."""
    until = paris_date(now) + timedelta(days=days_ahead)
    with national_scope():
        rows = (
            Demande.objects.filter(
                suspends=True, resume_on__lte=until, creance__state__in=STOPPED_BY_DEMANDE
            )
            .order_by("creance_id")
            .values_list("creance_id", "caisse_id")
            .distinct()
        )
        return [DebtTarget(*row) for row in rows]


def _reject(demande_id: int, target: DebtTarget, *, now: datetime) -> bool:
    with caisse_scope(target.caisse_id):
        creance = Creance.objects.locked().get(pk=target.creance_id)
        demande = Demande.objects.locked().get(pk=demande_id)
        due_on = demande.answer_due_on
        if not demande.is_waiting or due_on is None:
            return False
        demande.status, demande.decided_at = DemandeStatus.SANS_REPONSE, now
        if demande.suspends:
            departement = creance.caisse.departement_code
            demande.resume_on = after_silence(demande.kind, due_on, paris_date(now), departement)
        demande.save(update_fields=["status", "decided_at", "resume_on"])
        if not (creance.is_settled and demande.kind == DemandeKind.REMISE):
            # Nothing is left to remit: a refusal would only worry somebody who owes nothing.
            tell_decided(demande=demande, resume_on=resumes_on(creance), now=now)
    logger.info("recouvrement.demande.silence", demande=str(demande.public_id))
    return True


def _resume(target: DebtTarget, *, now: datetime) -> bool:
    with caisse_scope(target.caisse_id):
        creance = Creance.objects.locked().get(pk=target.creance_id)
        resume_on = resumes_on(creance)
        if resume_on is None or resume_on > paris_date(now):
            return False
        resume_recovery(creance, now=now)
    logger.info("recouvrement.debt.resumed", debt=str(creance.public_id))
    return True


def _announce(target: DebtTarget, *, now: datetime) -> bool:
    with caisse_scope(target.caisse_id):
        creance = Creance.objects.locked().get(pk=target.creance_id)
        resume_on = resumes_on(creance)
        if resume_on is None or resume_on <= paris_date(now):
            return False
        last = creance.demandes.filter(suspends=True, resume_on=resume_on).order_by("pk").last()
        if last is None:
            return False
        tell_resumes(demande=last, resume_on=resume_on, now=now)
    return True
