"""Asks the platform about attempts that no notification has finished (design §5, step 5).

And once about every attempt, whatever its end, when its last page can no longer be paid on: a
card refused there may have been followed by another, a paid page may have been paid in a second
tab, and the notification of that may be lost.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.db.models import F, Q

from caf_portal.database.scope import caisse_scope, national_scope
from payments.gateways.base import EXPIRE_AFTER, GatewayError, TransactionReport
from payments.gateways.choose import gateway_of
from payments.models import Payment
from payments.services.booking import apply_report
from payments.services.patience import (
    asked_lately,
    is_given_up,
    note_long_wait,
    note_silence,
)
from payments.status import Cause, PaymentStatus
from payments.workflow import transition

logger = structlog.get_logger(__name__)

#: The person is still on the hosted page: no need to ask yet.
ASK_AFTER = timedelta(minutes=3)
#: A payment order lives for weeks: it is asked about now and then, until its link is over.
ASK_ORDERS_EVERY = timedelta(hours=1)
#: Two workers do not ask about the same attempt within this time.
CLAIM = timedelta(seconds=4)


@dataclass(frozen=True, slots=True)
class Target:
    """An attempt to ask about: what a task needs and nothing more."""

    payment_id: int
    caisse_id: int


def open_payments(*, now: datetime, limit: int = 500) -> list[Target]:
    """Attempts in progress that left a while ago, and ended ones to ask about a last time.

    Those never asked about come first, then those asked about longest ago: however many wait for
    days, none waits for the others. The older an attempt, the slower it is asked about.
    """
    with national_scope():
        rows = (
            Payment.objects.not_closed()
            .opened_before(now - ASK_AFTER)
            .in_progress_or_opened_before(now - EXPIRE_AFTER)
            .exclude(_is_ordered(), checked_at__gt=now - ASK_ORDERS_EVERY)
            .exclude(asked_lately(now), ~_is_ordered())
            .order_by(F("checked_at").asc(nulls_first=True), "pk")
            .values_list("pk", "caisse_id")[:limit]
        )
        return [Target(*row) for row in rows]


def awaited_payments(*, limit: int = 500) -> list[Target]:
    """Attempts whose person came back and is looking at the waiting page."""
    with national_scope():
        rows = (
            Payment.objects.in_progress()
            .check_requested()
            .order_by("check_requested_at")
            .values_list("pk", "caisse_id")[:limit]
        )
        return [Target(*row) for row in rows]


def check_payment(target: Target, *, now: datetime) -> PaymentStatus | None:
    """Ask the platform about one attempt and apply its answer; returns the status that results.

    ``None`` when somebody else is asking or the platform could not be asked: the attempt stays
    as it is and will be asked about again, and after a day without an answer an agent is told. No
    lock is held while waiting for the answer.
    """
    payment = _claim(target, now=now)
    if payment is None:
        return None
    try:
        reports = gateway_of(payment.boutique).reports_of_order(
            payment.reference, payment.gateway_references
        )
    except GatewayError as error:
        logger.warning("payments.poll.failed", payment=str(payment.public_id), why=repr(error))
        with caisse_scope(target.caisse_id):
            note_silence(payment, error, now=now)
        return None
    for report in reports:
        apply_report(boutique=payment.boutique, report=report, cause=Cause.POLL, now=now)
    return _close(target, reports, now=now)


def _is_ordered() -> Q:
    """Those that the platform's own page of a link will make."""
    return Q(link__isnull=False, link__payment_order_reference=F("reference"))


def _claim(target: Target, *, now: datetime) -> Payment | None:
    with caisse_scope(target.caisse_id):
        claimed = (
            Payment.objects.not_closed()
            .filter(pk=target.payment_id)
            .exclude(checked_at__gt=now - CLAIM)
            .update(checked_at=now)
        )
        if not claimed:
            return None
        return (
            Payment.objects.select_related("boutique")
            .prefetch_related("redirections")
            .get(pk=target.payment_id)
        )


def _close(target: Target, reports: list[TransactionReport], *, now: datetime) -> PaymentStatus:
    """Give up an open attempt of which the platform knows nothing and will know nothing.

    One that the bank leaves undecided is an agent's work, then is given up too. An ended one whose
    last page is dead is closed: it was the last question.
    """
    with caisse_scope(target.caisse_id):
        payment = (
            Payment.objects.locked().select_related("boutique", "link").get(pk=target.payment_id)
        )
        if payment.status == PaymentStatus.OPEN and _nothing_is_its_own(payment, reports):
            ending = _ending(payment, now=now)
            if ending is not None:
                transition(payment, ending, now=now, cause=Cause.EXPIRY)
        if is_given_up(payment, now=now):
            transition(payment, PaymentStatus.EXPIRED, now=now, cause=Cause.EXPIRY)
        note_long_wait(payment, now=now)
        payment.answered_at = now
        if not payment.is_in_progress and _page_is_dead(payment, now=now):
            payment.closed_at = now
        payment.save(update_fields=["answered_at", "closed_at"])
        return PaymentStatus(payment.status)


def _nothing_is_its_own(payment: Payment, reports: list[TransactionReport]) -> bool:
    """Whether no transaction told is this attempt's.

    At the platform its reference may have been given to the money of another attempt.
    """
    named = [report.transaction_id for report in reports if report.transaction_id is not None]
    is_named = len(named) == len(reports)
    return is_named and not payment.transactions.filter(uuid__in=named).exists()


def _ending(payment: Payment, *, now: datetime) -> PaymentStatus | None:
    """Abandoned when the person cancelled after the last departure, expired when time is up."""
    cancelled_at = payment.cancel_seen_at
    if cancelled_at is not None and cancelled_at >= payment.last_form_at:
        return PaymentStatus.ABANDONED
    if _waits_for_its_order(payment, now=now):
        return None
    return PaymentStatus.EXPIRED if _page_is_dead(payment, now=now) else None


def _page_is_dead(payment: Payment, *, now: datetime) -> bool:
    return payment.last_form_at < now - gateway_of(payment.boutique).terms.finishes_within


def _waits_for_its_order(payment: Payment, *, now: datetime) -> bool:
    """Whether the platform's own page, that somebody was sent, may still bring it."""
    link = payment.link
    if link is None or link.payment_order_reference != payment.reference:
        return False
    closed_at = link.payment_order_closed_at
    ends_at = link.expires_at if closed_at is None else min(link.expires_at, closed_at)
    # Whoever opened the page at the last moment has as long as everybody.
    return ends_at + gateway_of(payment.boutique).terms.finishes_within > now
