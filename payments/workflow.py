"""The one door through which a payment changes status (invariant 6)."""

from datetime import datetime

from payments.models import Notification, Payment, PaymentLog
from payments.status import ALLOWED, Cause, PaymentStatus


class TransitionRefused(Exception):
    """The table of moves has no such move."""


def may_become(payment: Payment, to: PaymentStatus) -> bool:
    """Whether the table allows this move."""
    return to in ALLOWED[PaymentStatus(payment.status)]


def transition(
    payment: Payment,
    to: PaymentStatus,
    *,
    now: datetime,
    cause: Cause,
    reason: str = "",
    notification: Notification | None = None,
) -> None:
    """Move a payment, that the caller holds under lock, and log the move: one and the same row.

    The database writes ``status`` and ``paid_at`` from the log's row and refuses a move that the
    table does not have. Raises ``TransitionRefused`` before it comes to that.
    """
    if not may_become(payment, to):
        raise TransitionRefused(f"{payment.reference}: {payment.status} -> {to}")
    PaymentLog.objects.create(
        caisse_id=payment.caisse_id,
        payment=payment,
        from_status=payment.status,
        to_status=to,
        cause=cause,
        reason=reason,
        at=now,
        notification=notification,
    )
    payment.status = to
    if to == PaymentStatus.PAID:
        payment.paid_at = now
