"""Unpaid items: the holder disputes the debit, the bank takes the money back."""

from datetime import datetime

from django.db import transaction as database

from payzen_sandbox.models import Transaction
from payzen_sandbox.models.operation import OperationKind, Origin
from payzen_sandbox.models.transaction import Status
from payzen_sandbox.services.operations import OperationRefused, WrongStatus, lock, log


def charge_back(*, transaction: Transaction, reason: str, now: datetime) -> Transaction:
    """Mark a remitted debit as charged back: its status stays, it cannot be refunded any more.

    No notification: only the JRI file tells. Raises OperationRefused (PSP_011, PSP_083).
    """
    with database.atomic():
        found = lock(transaction)
        if found.status != Status.CAPTURED or found.is_credit:
            raise WrongStatus(found.status)
        if found.charged_back_at is not None:
            raise OperationRefused("PSP_083", "The transaction is already charged back")
        found.charged_back_at = now
        found.chargeback_reason = reason[:100]
        found.save(update_fields=["charged_back_at", "chargeback_reason"])
        log(found, OperationKind.CHARGEBACK, origin=Origin.BACK_OFFICE, now=now, comment=reason)
    return found
