"""Debit the same card again, without its holder: no authentication, no guarantee."""

from datetime import datetime

from django.db import transaction as database

from payzen_sandbox.cards import find_masked
from payzen_sandbox.models import Transaction
from payzen_sandbox.models.operation import OperationKind, Origin
from payzen_sandbox.models.transaction import Status
from payzen_sandbox.services.authorisation import decide_without_holder
from payzen_sandbox.services.derived import derive
from payzen_sandbox.services.operations import (
    OperationRefused,
    WrongAmount,
    WrongStatus,
    lock,
    log,
    tell,
)

DUPLICABLE = frozenset({Status.CAPTURED, Status.EXPIRED, Status.CANCELLED, Status.REFUSED})
# Mastercard's rule: a card that answered so must not be presented again (back-office guide).
FORBIDDEN_ANSWERS = frozenset({"04", "14", "15", "41", "43", "54"})
HIGHEST_CENTS = 10**12 - 1


def duplicate(
    *,
    transaction: Transaction,
    amount_cents: int | None,
    origin: Origin,
    now: datetime,
    comment: str = "",
) -> Transaction:
    """Ask the bank for a new authorisation, of the same amount unless another is given.

    The new transaction may be REFUSED. Raises OperationRefused: PSP_016 a refund or a card that
    must not be presented again, PSP_011, PSP_020.
    """
    with database.atomic():
        found = lock(transaction)
        _check(found)
        amount = found.amount_cents if amount_cents is None else amount_cents
        if not 0 < amount <= HIGHEST_CENTS:
            raise WrongAmount(HIGHEST_CENTS)
        copy = derive(
            found,
            operation_type="DEBIT",
            amount_cents=amount,
            decision=decide_without_holder(find_masked(found.card["number"])),
            now=now,
        )
        log(copy, OperationKind.DUPLICATE, origin=origin, now=now, comment=comment)
    tell(copy, origin=origin, now=now)
    return copy


def _check(found: Transaction) -> None:
    if found.is_credit:
        raise OperationRefused("PSP_016", "A refund cannot be duplicated")
    if found.status not in DUPLICABLE:
        raise WrongStatus(found.status)
    card = find_masked(found.card["number"])
    if card.network == "MASTERCARD" and found.auth_result in FORBIDDEN_ANSWERS:
        raise OperationRefused("PSP_016", "The issuer forbids presenting this card again")
