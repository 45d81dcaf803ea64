"""What every operation on a transaction shares: refusals, locking, journal, notification."""

from datetime import datetime

from payzen_sandbox.models import Operation, Transaction
from payzen_sandbox.models.operation import OperationKind, Origin
from payzen_sandbox.notification_rules import RuleName
from payzen_sandbox.services.event_log import record
from payzen_sandbox.services.notifying import notify

RULES = {
    Origin.BACK_OFFICE: RuleName.BACK_OFFICE_OPERATION,
    Origin.REST: RuleName.REST_OPERATION,
}


class OperationRefused(Exception):
    """The transaction does not allow it; `code` is the REST API's, `message` its sentence."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message


class WrongStatus(OperationRefused):
    """PSP_011: the status forbids the operation."""

    def __init__(self, status: str) -> None:
        super().__init__("PSP_011", f"The status {status} does not allow this operation")


class WrongAmount(OperationRefused):
    """PSP_020: zero, or more than the operation may take."""

    def __init__(self, highest: int) -> None:
        super().__init__("PSP_020", f"The amount must be from 1 to {highest}")


def lock(transaction: Transaction) -> Transaction:
    """The transaction as it now is; inside the caller's database transaction, which holds the
    write lock of SQLite from its start.
    """
    return Transaction.objects.select_related("payment").get(pk=transaction.pk)


def log(
    transaction: Transaction,
    kind: OperationKind,
    *,
    origin: Origin,
    now: datetime,
    comment: str = "",
) -> None:
    """Write the operation in its journal and in the payment's history."""
    Operation.objects.create(
        transaction=transaction,
        kind=kind,
        origin=origin,
        at=now,
        amount_cents=transaction.amount_cents,
        status=transaction.status,
        comment=comment[:255],
    )
    detail = f"{transaction.trans_id} {transaction.status} {transaction.amount_cents} {origin}"
    record(transaction.payment, f"operation.{kind.lower()}", now=now, detail=detail)


def tell(transaction: Transaction, *, origin: Origin, now: datetime) -> None:
    """Notify the shop (MERCH_BO) if its rule for this origin is on; outside a transaction."""
    notify(
        payment=transaction.payment,
        transaction=transaction,
        source="MERCH_BO",
        now=now,
        rule_name=RULES[origin],
    )
