"""A due paid online by itself: a payment of its own, that settles the due when it is booked."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from allocataires.models import Creance, Echeance
from allocataires.models.echeancier import EcheanceStatus
from allocataires.services.echeanciers import may_move, move_echeance
from allocataires.services.plan_money import bring_in_line, lock_plan, reckon
from allocataires.session import Debtor
from payments.models import Affectation, Payment
from payments.services.case import Case
from payments.services.plan_state import conclude_plan
from payments.services.spreading import spread_due
from payments.services.starting import NothingToPay, PaymentRefused, start_payment

_PAID = frozenset({EcheanceStatus.PAID, EcheanceStatus.PAID_OTHERWISE})


class DueNotRefused(PaymentRefused):
    """The due is not waiting to be paid here."""


@transaction.atomic
def pay_due(
    *, debtor: Debtor, plan: Payment | None, due: Echeance, email: str, langue: str, now: datetime
) -> Payment:
    """An open payment of one due, on the plan's debts, in the plan's order.

    ``plan`` is the payment of a plan by card, of which only a refused due is paid here; without
    one, any due to come may be. It asks for what these debts can still take, at most the due.
    Nothing is settled before it is booked. Raises a ``PaymentRefused``; an attempt under way is
    offered again (``PaymentAlreadyOpen``).
    """
    shares = _shares(plan, due) if plan else _own_shares(due)
    payment = start_payment(
        debtor=debtor,
        shares=shares,
        email=email,
        langue=langue,
        now=now,
        email_shared=plan is not None and plan.email_shared,
        echeance=due,
    )
    due.refresh_from_db(fields=["status"])
    if due.status != (EcheanceStatus.REFUSED if plan else EcheanceStatus.PLANNED):
        raise DueNotRefused(_("Cette échéance n’est plus à payer ici."))
    return payment


def is_due_settled(payment: Payment) -> bool:
    """Whether the due that this payment was to make good is paid already, by another road.

    Locks the plan and its dues until the end of the transaction: ``settle_due`` comes next.
    """
    if payment.echeance_id is None or not _is_by_card(payment):
        # Without a card nobody debits the due a second time: more money counts for the next one.
        return False
    _plan, _dues, due = _locked(payment)
    return due.status in _PAID


def settle_due(case: Case, payment: Payment) -> None:
    """The payment is booked: mark its due, if it has one, and bring its plan in line.

    A plan stopped meanwhile stays stopped: the money repaid the debts all the same.
    """
    if payment.echeance_id is None:
        return
    if not _is_by_card(payment):
        _settle_without_card(payment, now=case.now)
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


def _is_by_card(payment: Payment) -> bool:
    """Whether the due is one of a plan that the platform debits by itself."""
    return Payment.objects.filter(echeancier__echeances=payment.echeance_id).exists()


def _settle_without_card(payment: Payment, *, now: datetime) -> None:
    echeancier_id = Echeance.objects.get(payments=payment).echeancier_id
    _plan, dues = lock_plan(echeancier_id)
    due = next(due for due in dues if due.pk == payment.echeance_id)
    if due.status == EcheanceStatus.PLANNED:
        move_echeance(due, EcheanceStatus.PAID_OTHERWISE, now=now, source_id=payment.public_id)
    bring_in_line(echeancier_id, now=now)


def _own_shares(due: Echeance) -> dict[UUID, int]:
    reckoning = reckon(due.echeancier)
    shares = reckoning.spread(reckoning.asked_cents(due))
    if not shares:
        raise NothingToPay(_("Il ne reste rien à payer sur les dettes de cet échéancier."))
    return shares


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
