"""Stops the card plans whose debts must not be debited any more: contested, moved, ended…

The platform debits by itself what it was told to; it is told to stop outside any transaction, and
again at the next sweep until it has. What was debited meanwhile is booked, and counts.
"""

from dataclasses import dataclass
from datetime import datetime

import structlog
from django.db.models import Exists, OuterRef

from allocataires.models import Echeance
from allocataires.models.echeancier import EcheanceStatus
from allocataires.states import ENDED, MUST_NOT_CLAIM
from caf_portal.database.scope import national_scope
from payments.gateways.base import GatewayError
from payments.models import Affectation, Payment
from payments.services.stopping import PlanNotRunning, PlanNotStopped, PlanToStop, stop_plan
from payments.status import Cause, PaymentStatus

logger = structlog.get_logger(__name__)

#: What the platform would still debit, a plan held or given back included.
_DEBITING = frozenset({PaymentStatus.SCHEDULED, PaymentStatus.HELD, PaymentStatus.REFUNDED})
#: One of these on one debt is enough. An end is not: a plan repays its debts one after the other.
_STOPS_ALL = MUST_NOT_CLAIM - ENDED


@dataclass(frozen=True, slots=True)
class Sweep:
    """What a sweep did."""

    stopped: int
    failed: int


def plans_to_stop(*, limit: int = 200) -> list[PlanToStop]:
    """Plans with a due to come and a debt that must not be debited, or no debt left to repay."""
    shares = Affectation.objects.filter(payment=OuterRef("pk"))
    to_come = Echeance.objects.filter(
        echeancier=OuterRef("echeancier"), status=EcheanceStatus.PLANNED
    )
    plans = Payment.objects.filter(
        Exists(to_come), echeancier__isnull=False, status__in=_DEBITING
    ).filter(
        Exists(shares.filter(creance__state__in=_STOPS_ALL))
        | ~Exists(shares.exclude(creance__state__in=ENDED))
    )
    with national_scope():
        # The latest first: one that the platform refuses to stop does not hide the others.
        rows = plans.order_by("-pk").values_list("pk", "caisse_id")[:limit]
        return [PlanToStop(payment_id, caisse_id) for payment_id, caisse_id in rows]


def stop_plans_of_stopped_debts(*, now: datetime) -> Sweep:
    """Stop each of them; a platform that does not answer is asked again by the next sweep."""
    results = [_stopped(target, now=now) for target in plans_to_stop()]
    return Sweep(stopped=results.count(True), failed=results.count(False))


def _stopped(target: PlanToStop, *, now: datetime) -> bool:
    try:
        stop_plan(target, cause=Cause.SWEEP, now=now)
    except PlanNotRunning:
        return True
    except (PlanNotStopped, GatewayError) as error:
        logger.warning("recouvrement.plan.stop_failed", payment=target.payment_id, why=repr(error))
        return False
    logger.info("recouvrement.plan.stopped", payment=target.payment_id)
    return True
