"""How to lead a payment to each status from its birth, along the table of moves."""

from datetime import datetime

from payments.models import Payment
from payments.status import Cause, PaymentStatus
from payments.workflow import transition

S = PaymentStatus
ROADS = {
    S.OPEN: (),
    S.PENDING: (S.PENDING,),
    S.PAID: (S.PAID,),
    S.REFUSED: (S.REFUSED,),
    S.ABANDONED: (S.ABANDONED,),
    S.EXPIRED: (S.EXPIRED,),
    S.HELD: (S.HELD,),
    S.SCHEDULED: (S.SCHEDULED,),
    S.STOPPED: (S.SCHEDULED, S.STOPPED),
    S.REFUNDED: (S.PAID, S.REFUNDED),
}


def lead(payment: Payment, to: PaymentStatus, *, now: datetime, cause: Cause = Cause.POLL) -> None:
    """Move a new payment, held under lock or read in scope, until it has this status."""
    for status in ROADS[to]:
        transition(payment, status, now=now, cause=cause)
