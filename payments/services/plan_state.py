"""Where a plan and its payment stand, from the states of its dues: the one place that decides."""

from collections.abc import Sequence
from datetime import datetime

from allocataires.models import Echeance
from allocataires.models.echeancier import EcheanceStatus, EcheancierStatus
from allocataires.services.echeanciers import move_echeancier
from payments.models import Notification, Payment
from payments.services.given_back import end_if_given_back
from payments.services.messages import tell_plan_stopped
from payments.status import Cause, PaymentStatus
from payments.workflow import may_become, transition

_IN = frozenset({EcheanceStatus.PAID, EcheanceStatus.PAID_OTHERWISE})
_TO_COME = frozenset({EcheanceStatus.PLANNED, EcheanceStatus.REFUSED})

_STANDS = {
    PaymentStatus.PAID: EcheancierStatus.DONE,
    PaymentStatus.SCHEDULED: EcheancierStatus.ACTIVE,
    PaymentStatus.STOPPED: EcheancierStatus.STOPPED,
}


def standing_of(dues: Sequence[Echeance]) -> PaymentStatus:
    """PAID when every due is in, SCHEDULED while one may still come, else STOPPED."""
    states = {EcheanceStatus(due.status) for due in dues}
    if states <= _IN:
        return PaymentStatus.PAID
    return PaymentStatus.SCHEDULED if states & _TO_COME else PaymentStatus.STOPPED


def conclude_plan(
    payment: Payment,
    dues: Sequence[Echeance],
    *,
    now: datetime,
    cause: Cause,
    reason: str = "",
    notification: Notification | None = None,
) -> None:
    """Bring a started plan and its payment in line with its dues.

    The caller holds the payment and the dues under lock and has just moved one of them. A
    payment held or given back stays so; one that was given back due by due ends so once nothing
    more can come. The person is told when the plan stops.
    """
    to = standing_of(dues)
    echeancier = dues[0].echeancier
    stops = to == PaymentStatus.STOPPED and echeancier.status != EcheancierStatus.STOPPED
    if payment.status != to and may_become(payment, to):
        transition(
            payment, to, now=now, cause=cause, reason=reason[:120], notification=notification
        )
    if payment.status == to or to == PaymentStatus.STOPPED:
        move_echeancier(echeancier, _STANDS[to])
    if stops:
        tell_plan_stopped(payment=payment, dues=dues, now=now)
    end_if_given_back(payment, now=now, cause=cause, reason=reason, notification=notification)
