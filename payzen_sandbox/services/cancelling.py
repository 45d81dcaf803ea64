"""Cancel a transaction before its remittance."""

from datetime import datetime

from django.db import transaction as database

from payzen_sandbox.models import Transaction
from payzen_sandbox.models.operation import OperationKind, Origin
from payzen_sandbox.models.transaction import IN_PROGRESS, Status
from payzen_sandbox.services.operations import OperationRefused, WrongStatus, lock, log, tell


def cancel_transaction(
    *, transaction: Transaction, origin: Origin, now: datetime, comment: str = ""
) -> Transaction:
    """Nothing will be debited (or, for a refund, given back). Other instalments stay.

    Raises OperationRefused: PSP_075 once remitted, PSP_105 when already cancelled, PSP_011.
    """
    with database.atomic():
        found = lock(transaction)
        if found.status == Status.CANCELLED:
            raise OperationRefused("PSP_105", "The transaction is already cancelled")
        if found.status == Status.CAPTURED:
            raise OperationRefused("PSP_075", "The transaction cannot be cancelled, try a refund")
        if found.status not in IN_PROGRESS:
            raise WrongStatus(found.status)
        found.status = Status.CANCELLED
        found.save(update_fields=["status"])
        log(found, OperationKind.CANCEL, origin=origin, now=now, comment=comment)
    tell(found, origin=origin, now=now)
    return found
