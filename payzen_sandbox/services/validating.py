"""Validate a transaction that waits for the merchant's look."""

from datetime import datetime

from django.db import transaction as database

from payzen_sandbox.models import Transaction
from payzen_sandbox.models.operation import OperationKind, Origin
from payzen_sandbox.models.transaction import Status
from payzen_sandbox.services.operations import WrongStatus, lock, log, tell

VALIDATED = {
    Status.AUTHORISED_TO_VALIDATE: Status.AUTHORISED,
    Status.WAITING_AUTHORISATION_TO_VALIDATE: Status.WAITING_AUTHORISATION,
}


def validate(
    *, transaction: Transaction, origin: Origin, now: datetime, comment: str = ""
) -> Transaction:
    """Let the transaction go to the bank. Raises WrongStatus unless it waits for validation."""
    with database.atomic():
        found = lock(transaction)
        if found.status not in VALIDATED:
            raise WrongStatus(found.status)
        found.status = VALIDATED[Status(found.status)]
        found.save(update_fields=["status"])
        log(found, OperationKind.VALIDATE, origin=origin, now=now, comment=comment)
    tell(found, origin=origin, now=now)
    return found
