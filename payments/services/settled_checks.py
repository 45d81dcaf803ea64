"""Asks the platform about attempts that are settled, when something of theirs is left to learn.

Two reasons: an agent wants to know, or money went back and nobody could say from which of several
transactions (the notification does not, the answer to a question does).
"""

from datetime import datetime, timedelta

import structlog
from django.db.models import Exists, F, OuterRef, Q

from caf_portal.database.scope import caisse_scope, national_scope
from payments.gateways.base import GatewayError
from payments.gateways.choose import gateway_of
from payments.models import Payment, Refund, Transaction
from payments.models.transaction import Operation
from payments.services.booking import apply_reports
from payments.services.case import SETTLED
from payments.services.polling import Target
from payments.status import Cause

logger = structlog.get_logger(__name__)

#: Between two questions about the same attempt that nobody is waiting for.
PATIENCE = timedelta(minutes=2)
#: A credit that is still not explained after this has its anomaly, or never was money.
GIVE_UP_AFTER = timedelta(days=3)


def request_settled_check(*, payment: Payment, now: datetime) -> bool:
    """Ask the sweeper to ask the platform about a settled attempt; ``False`` when it is not."""
    if payment.status not in SETTLED:
        return False
    payment.check_requested_at = now
    payment.save(update_fields=["check_requested_at"])
    return True


def settled_to_ask(*, now: datetime, limit: int = 200) -> list[Target]:
    """Settled attempts that somebody wants asked, or with money gone back and not explained."""
    with national_scope():
        rows = (
            Payment.objects.filter(status__in=SETTLED)
            .filter(_wanted() | _unexplained(now))
            .order_by("checked_at", "pk")
            .values_list("pk", "caisse_id")[:limit]
        )
        return [Target(*row) for row in rows]


def ask_about_settled(target: Target, *, now: datetime) -> bool:
    """Ask about one settled attempt and apply the answer; whether the platform could be asked.

    No lock is held while waiting for the answer.
    """
    payment = _claim(target, now=now)
    if payment is None:
        return False
    try:
        reports = gateway_of(payment.boutique).reports_of_order(
            payment.reference, payment.gateway_references
        )
    except GatewayError as error:
        logger.warning("payments.settled.failed", payment=str(payment.public_id), why=repr(error))
        return False
    apply_reports(boutique=payment.boutique, reports=reports, cause=Cause.POLL, now=now)
    return True


def _claim(target: Target, *, now: datetime) -> Payment | None:
    with caisse_scope(target.caisse_id):
        mine = Payment.objects.filter(pk=target.payment_id, status__in=SETTLED)
        if not mine.filter(_wanted() | _unexplained(now)).update(checked_at=now):
            return None
        payments = Payment.objects.select_related("boutique").prefetch_related("redirections")
        return payments.get(pk=target.payment_id)


def _wanted() -> Q:
    never = Q(checked_at__isnull=True)
    return Q(check_requested_at__isnull=False) & (never | Q(checked_at__lt=F("check_requested_at")))


def _unexplained(now: datetime) -> Q:
    refund = Refund.objects.filter(caisse_id=OuterRef("caisse_id"), gateway_id=OuterRef("uuid"))
    credits = Transaction.objects.filter(
        payment=OuterRef("pk"), operation=Operation.CREDIT, first_seen_at__gt=now - GIVE_UP_AFTER
    )
    quiet = Q(checked_at__isnull=True) | Q(checked_at__lt=now - PATIENCE)
    return Q(Exists(credits.filter(~Exists(refund)))) & quiet
