"""Refunds that will not be made: refused by the platform, or overtaken by what it did itself."""

from datetime import datetime

from comptabilite.models.anomalie import AnomalieKind
from comptabilite.services.anomalies import open_anomalie
from payments.models import Refund, Transaction
from payments.models.refund import RefundStatus
from payments.services.remains import refundable_cents
from payments.services.surplus_ends import surplus_open_again

_OVERTAKEN = "Sans objet : une opération faite chez la plateforme a repris cette somme."


def fail_refund(refund: Refund, *, why: str, now: datetime) -> None:
    """End a refund that is being sent: the platform says no. Its amount may be asked for again.

    The caller holds it under lock. An agent is told by the work list.
    """
    refund.status, refund.gateway_error, refund.settled_at = RefundStatus.FAILED, why[:200], now
    refund.save(update_fields=["status", "gateway_error", "settled_at"])
    surplus_open_again(refund)
    open_anomalie(
        caisse_id=refund.caisse_id,
        kind=AnomalieKind.REFUND_FAILED,
        subject=refund.public_id.hex,
        amount_cents=refund.amount_cents,
        detail=f"Remboursement sur le paiement {refund.paid_by.reference} : {why}",
        now=now,
    )


def make_room(debit: Transaction, cents: int, *, now: datetime) -> bool:
    """Whether ``cents`` can be booked on this transaction, whose payment the caller locked.

    Requests that no longer fit are ended first, the newest ones before the others: those that
    nobody decided, then those approved that the platform was never told of.
    """
    pending = debit.refunds.locked().filter(
        status__in=[RefundStatus.ASKED, RefundStatus.SENDING], sent_at__isnull=True
    )
    # ASKED sorts before SENDING.
    for refund in sorted(pending, key=lambda each: (each.status, -each.pk)):
        if refundable_cents(debit) >= cents:
            break
        _overtake(refund, now=now)
    return refundable_cents(debit) >= cents


def end_requests(debit: Transaction, *, now: datetime) -> None:
    """End every refund of this transaction that the platform was not told of: it would refuse."""
    pending = debit.refunds.locked().filter(
        status__in=[RefundStatus.ASKED, RefundStatus.SENDING], sent_at__isnull=True
    )
    for refund in pending:
        _overtake(refund, now=now)


def _overtake(refund: Refund, *, now: datetime) -> None:
    if refund.status == RefundStatus.SENDING:
        fail_refund(refund, why=_OVERTAKEN, now=now)
        return
    refund.status, refund.gateway_error, refund.settled_at = RefundStatus.REJECTED, _OVERTAKEN, now
    refund.save(update_fields=["status", "gateway_error", "settled_at"])
    surplus_open_again(refund)
