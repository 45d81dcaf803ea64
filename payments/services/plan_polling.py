"""Asks the platform about plans: dues whose news never came, amounts that were not told.

The platform tells of a due only where its rule for later authorisations is on (sheet D, G); a due
whose day has passed is asked about the day after, then every few hours. A plan paid on two pages is
debited twice: the second debits are asked about too, even once every due is in.
"""

from datetime import datetime, timedelta

import structlog
from django.db.models import Q, QuerySet

from allocataires.models import Echeance
from allocataires.models.echeancier import EcheanceStatus
from caf_portal.database.scope import caisse_scope, national_scope
from caf_portal.paris import paris_date
from payments.gateways.base import GatewayError, Stage
from payments.gateways.choose import gateway_of
from payments.models import Payment, Transaction
from payments.models.payment import PaymentQuerySet
from payments.models.transaction import Operation
from payments.services.booking import apply_report
from payments.services.patience import note_unanswered
from payments.services.polling import Target
from payments.status import Cause, PaymentStatus

logger = structlog.get_logger(__name__)

#: A late due is not asked about more often.
ASK_AGAIN_AFTER = timedelta(hours=6)
#: Days without news of a due after which an agent is told that the platform does not say it.
SAID_AFTER_DAYS = 3
#: A debit that was to come and is still waiting after this will not come.
LOOKING_BACK = timedelta(days=60)
_EXPECTING = frozenset({PaymentStatus.SCHEDULED, PaymentStatus.HELD})


def late_plans(*, now: datetime, limit: int = 500) -> list[Target]:
    """Plans with a due or a debit of an earlier day still without news, or amounts to be asked."""
    with national_scope():
        rows = (
            _to_ask(now)
            .order_by("checked_at", "pk")
            .values_list("pk", "caisse_id", "checked_at")[:limit]
        )
        return [Target(pk, caisse_id) for pk, caisse_id, _checked_at in rows]


def check_plan(target: Target, *, now: datetime) -> bool:
    """Ask about every due of one plan and apply the answer; whether the platform answered.

    No lock is held while waiting. Somebody else's question a moment ago is enough: nothing is
    asked then.
    """
    with caisse_scope(target.caisse_id):
        claimed = _to_ask(now).filter(pk=target.payment_id).update(checked_at=now)
        if not claimed:
            return False
        payment = Payment.objects.select_related("boutique").get(pk=target.payment_id)
    try:
        reports = gateway_of(payment.boutique).reports_of_order(payment.reference)
    except GatewayError as error:
        logger.warning("payments.plan.poll_failed", payment=str(payment.public_id), why=repr(error))
        _note_silence(payment, error, now=now)
        return False
    for report in reports:
        apply_report(boutique=payment.boutique, report=report, cause=Cause.POLL, now=now)
    return True


def _note_silence(payment: Payment, error: GatewayError, *, now: datetime) -> None:
    """Tell an agent, once a due, that nothing can be known of it."""
    since = paris_date(now) - timedelta(days=SAID_AFTER_DAYS)
    with caisse_scope(payment.caisse_id):
        late = Echeance.objects.filter(
            echeancier=payment.echeancier_id, status=EcheanceStatus.PLANNED, due_on__lte=since
        )
        for due in late.order_by("rank"):
            subject = f"{payment.reference} échéance {due.rank}"
            note_unanswered(payment, subject=subject, why=str(error), now=now)


def _to_ask(now: datetime) -> PaymentQuerySet:
    late = Echeance.objects.filter(status=EcheanceStatus.PLANNED, due_on__lt=paris_date(now))
    stale = Q(checked_at__isnull=True) | Q(checked_at__lt=now - ASK_AGAIN_AFTER)
    plans = Payment.objects.filter(echeancier__isnull=False)
    wanted = plans.check_requested().values("pk")
    is_late = Q(echeancier__in=late.values("echeancier_id"))
    expecting = Q(status__in=_EXPECTING) & (Q(pk__in=wanted) | (stale & is_late))
    return plans.filter(expecting | (stale & Q(pk__in=_debits_to_come(now).values("payment_id"))))


def _debits_to_come(now: datetime) -> QuerySet[Transaction]:
    """Debits of an earlier day that the platform was to make and told nothing of.

    Whatever the plan has become: paid on two pages, it is debited twice, and the second time is
    money to give back.
    """
    today = paris_date(now)
    return Transaction.objects.filter(
        operation=Operation.DEBIT,
        stage=Stage.WAITING,
        echeance__due_on__lt=today,
        echeance__due_on__gte=today - LOOKING_BACK,
    )
