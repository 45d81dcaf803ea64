"""Stops a plan: every due still to come is cancelled at the platform, then here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from allocataires.models import Echeance
from allocataires.models.echeancier import EcheanceStatus
from allocataires.services.echeanciers import move_echeance
from caf_portal.database.scope import caisse_scope
from payments.gateways.base import Gateway, GatewayRefused, Result, TransactionReport
from payments.gateways.choose import gateway_of
from payments.models import Affectation, Payment
from payments.services.booking import apply_report
from payments.services.plan_state import conclude_plan
from payments.status import Cause, PaymentStatus

_COMMENT = "Échéancier arrêté"
#: Also a plan held or given back: the platform would go on debiting what is to come.
_UNDECIDED = frozenset({Result.PENDING, Result.SUSPENDED, Result.PARTIAL, Result.UNKNOWN})
_MAY_STOP = frozenset(
    {
        PaymentStatus.SCHEDULED,
        PaymentStatus.STOPPED,
        PaymentStatus.HELD,
        PaymentStatus.REFUNDED,
    }
)


class PlanNotRunning(Exception):
    """Nothing of this plan is to be cancelled."""


class PlanNotStopped(Exception):
    """The platform still holds a due that it would not cancel: the plan goes on."""


@dataclass(frozen=True, slots=True)
class PlanToStop:
    """A plan: what this service needs of it, outside any transaction."""

    payment_id: int
    caisse_id: int


def stop_plan(target: PlanToStop, *, cause: Cause, now: datetime) -> None:
    """Cancel what remains of a plan; what was paid stays paid.

    Must be called outside any transaction: the platform is asked what it still holds, told to
    cancel it, and asked again; a due is cancelled here only once nothing waits for it there. A
    due that was just debited is booked and stays. Called twice, it changes nothing the second
    time. Raises ``PlanNotRunning``, ``PlanNotStopped`` when the platform kept a due, or
    ``GatewayError`` when it could not be asked: then nothing is sure, and one must try again.
    """
    payment = _payment_to_stop(target)
    gateway = gateway_of(payment.boutique)
    for report in _news(gateway, payment, cause=cause, now=now):
        if _waits(report):
            _cancel(gateway, report)
    left = [report for report in _news(gateway, payment, cause=cause, now=now) if _waits(report)]
    if left:
        raise PlanNotStopped(f"{payment.reference}: {len(left)} left")
    _close(target, cause=cause, now=now)


def _payment_to_stop(target: PlanToStop) -> Payment:
    with caisse_scope(target.caisse_id):
        payment = (
            Payment.objects.select_related("boutique")
            .filter(pk=target.payment_id, echeancier__isnull=False, status__in=_MAY_STOP)
            .first()
        )
    if payment is None:
        raise PlanNotRunning(f"payment {target.payment_id}")
    return payment


def _news(
    gateway: Gateway, payment: Payment, *, cause: Cause, now: datetime
) -> list[TransactionReport]:
    """What the platform holds under this order, applied here at once."""
    reports = gateway.reports_of_order(payment.reference)
    for report in reports:
        apply_report(boutique=payment.boutique, report=report, cause=cause, now=now)
    return reports


def _waits(report: TransactionReport) -> bool:
    """Whether the platform may still take it: a word that nobody knows is no end either."""
    return report.operation == "DEBIT" and report.result in _UNDECIDED


def _cancel(gateway: Gateway, report: TransactionReport) -> None:
    """A refusal is not the last word: the platform is asked again about all of them."""
    if report.transaction_id is None:
        return
    try:
        gateway.cancel(transaction_id=report.transaction_id, comment=_COMMENT)
    except GatewayRefused:
        return


def _close(target: PlanToStop, *, cause: Cause, now: datetime) -> None:
    """Under lock: nothing more is asked under this plan, the refused dues included."""
    with caisse_scope(target.caisse_id):
        rows = list(Affectation.objects.filter(payment_id=target.payment_id).locked_together())
        payment = rows[0].payment
        of_plan = Echeance.objects.filter(echeancier__payments=payment)
        dues = list(of_plan.select_related("echeancier").locked())
        _give_up(dues, now=now)
        conclude_plan(payment, dues, now=now, cause=cause)


def _give_up(dues: Sequence[Echeance], *, now: datetime) -> None:
    for due in dues:
        if due.status in {EcheanceStatus.PLANNED, EcheanceStatus.REFUSED}:
            move_echeance(due, EcheanceStatus.CANCELLED, now=now)
