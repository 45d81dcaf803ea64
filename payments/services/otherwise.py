"""A refused due paid online: a payment of its own, that settles the due when it is booked."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from allocataires.models import Creance, Echeance
from allocataires.models.echeancier import EcheanceStatus
from allocataires.services.echeanciers import may_move, move_echeance
from allocataires.session import Debtor
from payments.models import Affectation, Payment
from payments.services.case import Case
from payments.services.plan_state import conclude_plan
from payments.services.spreading import spread_due
from payments.services.starting import NothingToPay, PaymentRefused, start_payment

_PAID = frozenset({EcheanceStatus.PAID, EcheanceStatus.PAID_OTHERWISE})


class DueNotRefused(PaymentRefused):
    """The due is not waiting to be paid otherwise."""


@transaction.atomic
def pay_due(
    *, debtor: Debtor, plan: Payment, due: Echeance, email: str, langue: str, now: datetime
) -> Payment:
    """An open payment of a refused due, on the plan's debts, the oldest first.

    It asks for what these debts can still take, at most the due. Nothing is settled before it is
    booked. Raises a ``PaymentRefused``; an attempt under way is offered again
    (``PaymentAlreadyOpen``).
    """
    shares = _shares(plan, due)
    payment = start_payment(
        debtor=debtor,
        shares=shares,
        email=email,
        langue=langue,
        now=now,
        email_shared=plan.email_shared,
        echeance=due,
    )
    due.refresh_from_db(fields=["status"])
    if due.status != EcheanceStatus.REFUSED:
        raise DueNotRefused(_("Cette échéance n’est plus à payer ici."))
    return payment


def is_due_settled(payment: Payment) -> bool:
    """Whether the due that this payment was to make good is paid already, by another road.

    Locks the plan and its dues until the end of the transaction: ``settle_due`` comes next.
    """
    if payment.echeance_id is None:
        return False
    _plan, _dues, due = _locked(payment)
    return due.status in _PAID


def settle_due(case: Case, payment: Payment) -> None:
    """The payment is booked: mark its due, if it has one, and bring its plan in line.

    A plan stopped meanwhile stays stopped: the money repaid the debts all the same.
    """
    if payment.echeance_id is None:
        return
    plan, dues, due = _locked(payment)
    if not may_move(due, EcheanceStatus.PAID_OTHERWISE):
        return
    move_echeance(due, EcheanceStatus.PAID_OTHERWISE, now=case.now, source_id=payment.public_id)
    conclude_plan(
        plan,
        dues,
        now=case.now,
        cause=case.cause,
        reason=f"échéance {due.rank} payée par {payment.reference}",
    )


def _locked(payment: Payment) -> tuple[Payment, list[Echeance], Echeance]:
    """The plan's payment, then its dues: the order of every other road."""
    of_plan = Echeance.objects.get(payments=payment).echeancier_id
    plan = Payment.objects.locked().get(echeancier_id=of_plan)
    dues = list(
        Echeance.objects.filter(echeancier_id=of_plan).select_related("echeancier").locked()
    )
    return plan, dues, next(due for due in dues if due.pk == payment.echeance_id)


def _shares(plan: Payment, due: Echeance) -> dict[UUID, int]:
    rows = Affectation.objects.filter(
        payment=plan, creance__in=Creance.objects.payable()
    ).select_related("creance")
    dues = list(Echeance.objects.filter(echeancier__payments=plan))
    spread = spread_due(rows, dues, due.amount_cents)
    if not spread:
        raise NothingToPay(_("Il ne reste rien à payer sur les dettes de cet échéancier."))
    return {row.creance.public_id: cents for row, cents in spread.items()}
