"""A payment of which nothing is left any more: everything that it brought was given back."""

from datetime import datetime

from django.db.models import Sum

from comptabilite.models import Ecriture
from comptabilite.models.events import Evenement
from payments.models import Notification, Payment, Refund, Representation, Transaction
from payments.models.refund import RefundStatus
from payments.status import Cause, PaymentStatus
from payments.workflow import may_become, transition

#: A plan in progress still expects money: it is not ended by giving back what came so far. It is
#: looked at again when it stops, or when its last due is in.
_ENDS = frozenset({PaymentStatus.PAID, PaymentStatus.HELD, PaymentStatus.STOPPED})


def end_if_given_back(
    payment: Payment,
    *,
    now: datetime,
    cause: Cause,
    reason: str = "",
    notification: Notification | None = None,
) -> None:
    """Make a payment ``REFUNDED`` once nothing is left of what it brought.

    The caller holds it under lock, and has written what came in and what went back.
    """
    if payment.status not in _ENDS or not may_become(payment, PaymentStatus.REFUNDED):
        return
    taken_cents, given_back_cents = _own_money(payment)
    if not taken_cents or given_back_cents < taken_cents:
        return
    transition(
        payment,
        PaymentStatus.REFUNDED,
        now=now,
        cause=cause,
        reason=reason[:120],
        notification=notification,
    )


def _own_money(payment: Payment) -> tuple[int, int]:
    """Cents that the payment brought and that went back and did not come again: a duplicate held
    beside it is not its."""
    own = Evenement.UNIDENTIFIED_RECEIPT if payment.status == PaymentStatus.HELD else None
    uuids = list(payment.transactions.filter(operation="DEBIT").values_list("uuid", flat=True))
    booked = Ecriture.objects.filter(
        caisse_id=payment.caisse_id,
        source_id__in=uuids,
        event=own or Evenement.CARD_PAYMENT,
        reverses__isnull=True,
    ).values("source_id")
    mine = Transaction.objects.filter(payment=payment, uuid__in=booked)
    taken = mine.aggregate(cents=Sum("amount_cents"))["cents"] or 0
    done = Refund.objects.filter(transaction__in=mine, status=RefundStatus.DONE)
    gone = done.aggregate(cents=Sum("amount_cents"))["cents"] or 0
    again = Representation.objects.filter(refund__in=done).aggregate(cents=Sum("amount_cents"))
    return taken, gone - (again["cents"] or 0)
