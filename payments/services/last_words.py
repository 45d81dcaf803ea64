"""Asks once more about each attempt when its last page is dead, whatever its status by then.

A payer who was refused may try again on the same page, or pay twice in two tabs; should the
notification of the last try be lost, nothing else would ever tell. One question, when no page of
the attempt can bring anything any more, closes that hole.
"""

from datetime import datetime, timedelta

import structlog
from django.db.models import F, Q

from caf_portal.database.scope import caisse_scope, national_scope
from payments.gateways.base import GatewayError
from payments.gateways.choose import TERMS, gateway_of
from payments.models import Payment
from payments.services.booking import apply_reports
from payments.services.polling import Target
from payments.status import IN_PROGRESS, Cause

logger = structlog.get_logger(__name__)

#: An attempt that could not be asked about for so long is left to the bank's statements.
GIVE_UP_AFTER = timedelta(days=7)


def ended_to_ask(*, now: datetime, limit: int = 500) -> list[Target]:
    """Attempts that are over, left long enough ago, and not asked about since."""
    with national_scope():
        rows = (
            Payment.objects.exclude(status__in=IN_PROGRESS)
            .filter(_not_heard_out(now), last_form_at__gt=now - GIVE_UP_AFTER)
            .order_by("last_form_at", "pk")
            .values_list("pk", "caisse_id")[:limit]
        )
        return [Target(*row) for row in rows]


def ask_last_word(target: Target, *, now: datetime) -> bool:
    """Ask about one attempt and apply the answer; whether the platform could be asked.

    Noted only once it is applied: a process that dies in between leaves the question to the next
    sweep. Asked twice at once, it changes nothing twice. No lock is held while waiting.
    """
    with caisse_scope(target.caisse_id):
        payments = Payment.objects.select_related("boutique").prefetch_related("redirections")
        payment = payments.get(pk=target.payment_id)
    try:
        reports = gateway_of(payment.boutique).reports_of_order(
            payment.reference, payment.gateway_references
        )
    except GatewayError as error:
        logger.warning("payments.last_word.failed", payment=str(payment.public_id), why=repr(error))
        return False
    apply_reports(boutique=payment.boutique, reports=reports, cause=Cause.POLL, now=now)
    with caisse_scope(target.caisse_id):
        Payment.objects.filter(pk=target.payment_id).update(checked_at=now)
    return True


def _not_heard_out(now: datetime) -> Q:
    """Each platform says how long after a departure something may still come."""
    never = Q(checked_at__isnull=True)
    found = Q()
    for platform, terms in TERMS.items():
        dead_after = terms.finishes_within
        too_early = never | Q(checked_at__lt=F("last_form_at") + dead_after)
        found |= too_early & Q(boutique__platform=platform, last_form_at__lt=now - dead_after)
    return found
