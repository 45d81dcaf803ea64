"""Give money back after the remittance: whole or in part, several times, never more than taken."""

from datetime import datetime

from django.db import transaction as database

from payzen_sandbox.models import Transaction
from payzen_sandbox.models.operation import OperationKind, Origin
from payzen_sandbox.models.transaction import IN_PROGRESS, Status
from payzen_sandbox.services.authorisation import DONE, REFUSED, Decision
from payzen_sandbox.services.derived import derive
from payzen_sandbox.services.fault_rules import faults_of
from payzen_sandbox.services.operations import (
    OperationRefused,
    WrongAmount,
    WrongStatus,
    lock,
    log,
    tell,
)

REFUND_REFUSED = "139"


def refund(
    *,
    transaction: Transaction,
    amount_cents: int | None,
    origin: Origin,
    now: datetime,
    comment: str = "",
) -> Transaction:
    """Create the CREDIT transaction; without amount, all that is left.

    A refund counts from its creation. Raises OperationRefused: PSP_043 the shop forbids refunds,
    PSP_076 not remitted yet, PSP_083 charged back, PSP_104 nothing left, PSP_020, PSP_011.
    """
    with database.atomic():
        found = lock(transaction)
        check_refundable(found)
        left = found.refundable_cents
        amount = left if amount_cents is None else amount_cents
        if not 0 < amount <= left:
            raise WrongAmount(left)
        credit = derive(
            found,
            operation_type="CREDIT",
            amount_cents=amount,
            decision=_decision(found),
            now=now,
        )
        log(credit, OperationKind.REFUND, origin=origin, now=now, comment=comment)
    tell(credit, origin=origin, now=now)
    return credit


def check_refundable(found: Transaction) -> None:
    """Raise OperationRefused unless something of the transaction can be refunded."""
    if not found.payment.shop.refunds_allowed:
        raise OperationRefused("PSP_043", "Refunds are not allowed for this contract")
    if found.is_credit:
        raise WrongStatus(found.status)
    if found.status in IN_PROGRESS:
        raise OperationRefused("PSP_076", "The transaction cannot be refunded yet, try to cancel")
    if found.status != Status.CAPTURED:
        raise WrongStatus(found.status)
    if found.charged_back_at is not None:
        raise OperationRefused("PSP_083", "A charged back transaction cannot be refunded")
    if found.refundable_cents == 0:
        raise OperationRefused("PSP_104", "The transaction is already wholly refunded")


def _decision(found: Transaction) -> Decision:
    if faults_of(found.payment).refuse_refunds:
        return Decision(Status.REFUSED, REFUSED, payment_error=REFUND_REFUSED)
    return Decision(Status.AUTHORISED, DONE)
