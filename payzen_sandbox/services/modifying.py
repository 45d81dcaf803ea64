"""Change a transaction before its remittance: a lower amount, another date, no more validation."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.db import transaction as database

from payzen_sandbox.models import Transaction
from payzen_sandbox.models.operation import OperationKind, Origin
from payzen_sandbox.models.transaction import IN_PROGRESS, Status
from payzen_sandbox.services.operations import (
    OperationRefused,
    WrongAmount,
    WrongStatus,
    lock,
    log,
    tell,
)
from payzen_sandbox.services.validating import VALIDATED

CAPTURE_MAX_DAYS = 365


@dataclass(frozen=True, slots=True)
class Change:
    """What to change; None leaves it. `manual_validation` can only be given up."""

    amount_cents: int | None = None
    capture_on: date | None = None
    manual_validation: bool | None = None


def modify(
    *, transaction: Transaction, change: Change, origin: Origin, now: datetime, comment: str = ""
) -> Transaction:
    """Apply the change, whole or not at all.

    Raises OperationRefused: PSP_011 wrong status, PSP_020 amount not lower, PSP_002 or PSP_013
    date past or too far, PSP_014 nothing changes.
    """
    with database.atomic():
        found = lock(transaction)
        if found.status not in IN_PROGRESS:
            raise WrongStatus(found.status)
        before = (found.amount_cents, found.presentation_at, found.status)
        _change_amount(found, change.amount_cents)
        _change_date(found, change.capture_on, now=now)
        _change_validation(found, change.manual_validation)
        if before == (found.amount_cents, found.presentation_at, found.status):
            raise OperationRefused("PSP_014", "Nothing would change")
        found.save(update_fields=["amount_cents", "presentation_at", "status"])
        log(found, OperationKind.MODIFY, origin=origin, now=now, comment=comment)
    tell(found, origin=origin, now=now)
    return found


def _change_amount(found: Transaction, amount_cents: int | None) -> None:
    if amount_cents is None:
        return
    if not 0 < amount_cents <= found.amount_cents:
        raise WrongAmount(found.amount_cents)
    found.amount_cents = amount_cents


def _change_date(found: Transaction, day: date | None, *, now: datetime) -> None:
    if day is None or day == found.presentation_at.date():
        return
    if day < now.date():
        raise OperationRefused("PSP_002", "The capture date is past")
    if day > now.date() + timedelta(days=CAPTURE_MAX_DAYS):
        raise OperationRefused("PSP_013", "The capture date is too far")
    found.presentation_at = max(now, datetime.combine(day, time.min, tzinfo=UTC))


def _change_validation(found: Transaction, manual: bool | None) -> None:
    waits = found.status in VALIDATED
    if manual is None or manual == waits:
        return
    if manual:
        raise OperationRefused("PSP_002", "Validation can only go from manual to automatic")
    found.status = VALIDATED[Status(found.status)]
