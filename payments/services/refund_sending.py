"""Sends approved refunds to the platform, outside any lock, and applies what it answers.

Approving reserved the amount and committed (``SENDING``). Here, each time: ask the platform what
happened under the order and apply it, in case an earlier request was done without our hearing of
it; only then claim the refund and send it. A time-out leaves it as it is: a later sweep asks
again before it sends again. A process killed anywhere leaves a row that the next sweep finds.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.db.models import Q

from caf_portal.database.scope import caisse_scope, national_scope
from payments.gateways.base import (
    Gateway,
    GatewayError,
    GatewayRefused,
    GiveBackKind,
    GiveBackReport,
    GiveBackRequest,
    Result,
)
from payments.gateways.choose import gateway_of
from payments.models import Affectation, Payment, Refund
from payments.models.refund import RefundKind, RefundQuerySet, RefundStatus
from payments.refund_words import refusal_sentence
from payments.services.booking import apply_reports
from payments.services.patience import SAID_AFTER, note_unanswered
from payments.services.refund_failing import fail_refund
from payments.services.remains import kept_cents
from payments.services.reversals import Ground, settle_refund
from payments.status import Cause

logger = structlog.get_logger(__name__)

#: Far longer than every call to the platform together: within it, whoever sent may still be
#: waiting for the answer, and nobody else sends.
SILENCE = timedelta(minutes=2)
#: One that could not leave for so long is tried at that pace too.
HURRY = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class RefundTarget:
    """A refund on its way: what a task needs and nothing more."""

    refund_id: int
    caisse_id: int


def refunds_on_their_way(*, now: datetime, limit: int = 200) -> list[RefundTarget]:
    """Those never sent, and those sent a while ago that nobody heard of since."""
    with national_scope():
        rows = (
            Refund.objects.filter(status=RefundStatus.SENDING)
            .filter(Q(sent_at__isnull=True) | Q(sent_at__lt=now - SILENCE))
            .exclude(decided_at__lt=now - HURRY, payment__checked_at__gt=now - SILENCE)
            .order_by("sent_at", "pk")
            .values_list("pk", "caisse_id")[:limit]
        )
        return [RefundTarget(*row) for row in rows]


def send_refund(target: RefundTarget, *, now: datetime) -> RefundStatus | None:
    """Bring one approved refund to its end, or as near as the platform allows today.

    Returns the status that results; ``None`` when it is somebody else's turn or the platform
    could not be asked. Calling it again, or twice at once, sends once.
    """
    refund = _read(target, now=now)
    if refund is None:
        return None
    gateway = gateway_of(refund.paid_by.boutique)
    if not _learn(refund, gateway, now=now):
        return None
    if _claim(target, refund.sent_at, now=now):
        _send(target, refund, gateway, now=now)
    with caisse_scope(target.caisse_id):
        return RefundStatus(Refund.objects.get(pk=target.refund_id).status)


def _read(target: RefundTarget, *, now: datetime) -> Refund | None:
    with caisse_scope(target.caisse_id):
        refunds = Refund.objects.filter(pk=target.refund_id, status=RefundStatus.SENDING)
        refunds = refunds.select_related("transaction", "payment__boutique")
        refund = refunds.prefetch_related("payment__redirections").first()
        if refund is None or (refund.sent_at is not None and refund.sent_at >= now - SILENCE):
            return None
        return refund


def _learn(refund: Refund, gateway: Gateway, *, now: datetime) -> bool:
    """Apply everything the platform says under the order; whether it could be asked.

    A refund that was never sent fails when the platform refuses even to answer us.
    """
    payment = refund.paid_by
    try:
        reports = gateway.reports_of_order(payment.reference, payment.gateway_references)
    except GatewayRefused as error:
        if refund.sent_at is None:
            _fail(RefundTarget(refund.pk, refund.caisse_id), error, now=now)
        else:
            _note_silence(refund, error, now=now)
        return False
    except GatewayError as error:
        logger.warning("payments.refund.not_asked", refund=str(refund.public_id), why=repr(error))
        _note_silence(refund, error, now=now)
        return False
    apply_reports(boutique=payment.boutique, reports=reports, cause=Cause.POLL, now=now)
    return True


def _note_silence(refund: Refund, error: GatewayError, *, now: datetime) -> None:
    """Remember that the platform was asked; tell an agent, once, of a refund that waits a day."""
    with caisse_scope(refund.caisse_id):
        Payment.objects.filter(pk=refund.paid_by.pk).update(checked_at=now)
        if refund.decided_at is not None and refund.decided_at < now - SAID_AFTER:
            subject = f"{refund.paid_by.reference} remboursement {refund.pk}"
            note_unanswered(refund.paid_by, subject=subject, why=str(error), now=now)


def _claim(target: RefundTarget, sent_at: datetime | None, *, now: datetime) -> bool:
    """Take the turn, and say whether there is something to send.

    Nobody took it since the refund was read, and it is still on its way. One that the platform
    knows already and is not done with has only to be asked about, less often. Under the attempt's
    lock, so that of two refunds of one transaction the second waits for the first one's end.
    """
    with caisse_scope(target.caisse_id):
        mine = Refund.objects.filter(pk=target.refund_id, status=RefundStatus.SENDING)
        Payment.objects.locked().get(refunds=target.refund_id)
        if _another_is_told(mine):
            return False
        unchanged = mine.filter(sent_at=sent_at) if sent_at else mine.filter(sent_at__isnull=True)
        return unchanged.update(sent_at=now) == 1 and mine.get().gateway_id is None


def _another_is_told(mine: RefundQuerySet) -> bool:
    """Whether the platform was told of another refund of this transaction and did not say yet.

    A reduction says what stays: of two computed from the same remainder, the second undoes the
    first.
    """
    others = Refund.objects.filter(
        transaction__in=mine.values("transaction_id"),
        status=RefundStatus.SENDING,
        sent_at__isnull=False,
        gateway_id__isnull=True,
    )
    return others.exclude(pk__in=mine.values("pk")).exists()


def _send(target: RefundTarget, refund: Refund, gateway: Gateway, *, now: datetime) -> None:
    with caisse_scope(target.caisse_id):
        left_cents = kept_cents(refund.transaction)
    request = GiveBackRequest(
        transaction_id=refund.transaction.uuid,
        amount_cents=refund.amount_cents,
        left_cents=left_cents,
        comment=f"Remboursement {refund.public_id.hex}",
    )
    try:
        report = gateway.give_back(request)
    except GatewayRefused as error:
        _fail(target, error, now=now)
        # What it refused for may be an operation of its own that we have not heard of.
        _learn(refund, gateway, now=now)
    except GatewayError as error:
        logger.warning("payments.refund.unknown", refund=str(refund.public_id), why=repr(error))
    else:
        if not _apply(target, report, now=now):
            # Somebody gave the same amount back meanwhile: both are facts, both are booked.
            _learn(refund, gateway, now=now)


def _fail(target: RefundTarget, error: GatewayRefused, *, now: datetime) -> None:
    with caisse_scope(target.caisse_id):
        refund, _ = _locked(target, now=now)
        if refund.status == RefundStatus.SENDING:
            fail_refund(refund, why=refusal_sentence(error), now=now)


def _apply(target: RefundTarget, report: GiveBackReport, *, now: datetime) -> bool:
    """The second transaction: the outcome with its effects, unless a notification was quicker.

    ``False`` when this refund was ended by another credit than the one made for it.
    """
    with caisse_scope(target.caisse_id):
        refund, ground = _locked(target, now=now)
        if refund.status != RefundStatus.SENDING:
            return report.credit_id in {None, refund.gateway_id}
        if report.result == Result.PAID:
            cancelled = report.kind == GiveBackKind.CANCELLATION
            refund.gateway_id = refund.transaction.uuid if cancelled else report.credit_id
            settle_refund(refund, ground, kind=RefundKind(report.kind.value))
        elif report.result in {Result.PENDING, Result.SUSPENDED, Result.UNKNOWN}:
            refund.gateway_id = report.credit_id
            refund.save(update_fields=["gateway_id"])
        else:
            fail_refund(refund, why=f"état chez la plateforme : {report.gateway_status}", now=now)
    return True


def _locked(target: RefundTarget, *, now: datetime) -> tuple[Refund, Ground]:
    """Debts, attempt, refund: the order in which everybody locks them."""
    payment_id = Refund.objects.values_list("payment_id").get(pk=target.refund_id)[0]
    rows = tuple(Affectation.objects.filter(payment_id=payment_id).locked_together())
    refund = (
        Refund.objects.locked().select_related("transaction", "payment").get(pk=target.refund_id)
    )
    return refund, Ground(rows[0].payment, rows, Cause.REFUND, now)
