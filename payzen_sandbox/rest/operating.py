"""The services that act on a transaction: cancel, refund, update, validate, duplicate, capture."""

from datetime import datetime

from payzen_sandbox.models import Transaction
from payzen_sandbox.models.operation import Origin
from payzen_sandbox.models.transaction import IN_PROGRESS
from payzen_sandbox.rest.envelope import Answer, InvalidInput
from payzen_sandbox.rest.fields import (
    Body,
    numeric_currency,
    optional_cents,
    optional_instant,
    optional_text,
    section,
)
from payzen_sandbox.rest.lookup import find_transaction
from payzen_sandbox.rest.transaction_object import transaction_object
from payzen_sandbox.services.cancelling import cancel_transaction
from payzen_sandbox.services.capturing import capture_now
from payzen_sandbox.services.duplicating import duplicate
from payzen_sandbox.services.modifying import Change, modify
from payzen_sandbox.services.operations import OperationRefused
from payzen_sandbox.services.refunding import refund
from payzen_sandbox.services.validating import validate
from payzen_sandbox.shops import Shop

RESOLUTION_MODES = {"AUTO", "CANCELLATION_ONLY", "REFUND_ONLY"}
MANUAL_VALIDATION = {"NO": False, "YES": True, None: None}


def transaction_cancel(body: Body, shop: Shop, now: datetime) -> Answer:
    """`Transaction/Cancel`: before remittance. PSP_075, PSP_105, PSP_011."""
    return _cancel(find_transaction(body, shop), body, shop, now)


def transaction_refund(body: Body, shop: Shop, now: datetime) -> Answer:
    """`Transaction/Refund`: after remittance; answers the new CREDIT transaction."""
    found = find_transaction(body, shop)
    return _refund(found, _amount(body, found), body, shop, now)


def cancel_or_refund(body: Body, shop: Shop, now: datetime) -> Answer:
    """`Transaction/CancelOrRefund`: cancel before the remittance, refund after it.

    A part cannot be cancelled: PSP_076, where `Transaction/Update` lowers the amount (our choice,
    after what Lyra's own plugins do).
    """
    mode = "AUTO" if body.get("resolutionMode") is None else body["resolutionMode"]
    if not isinstance(mode, str) or mode not in RESOLUTION_MODES:
        raise InvalidInput("resolutionMode")
    found = find_transaction(body, shop)
    amount = _amount(body, found)
    in_progress = found.status in IN_PROGRESS
    in_part = amount is not None and amount != found.amount_cents
    if mode == "CANCELLATION_ONLY" or (mode == "AUTO" and in_progress and not in_part):
        return _cancel(found, body, shop, now)
    if mode == "AUTO" and found.status == "CANCELLED":
        return _cancel(found, body, shop, now)
    return _refund(found, amount, body, shop, now)


def transaction_update(body: Body, shop: Shop, now: datetime) -> Answer:
    """`Transaction/Update`: lower amount, other capture date, validation given up."""
    found = find_transaction(body, shop)
    card = section(body, "cardUpdate")
    manual = card.get("manualValidation")
    if not (manual is None or isinstance(manual, str)) or manual not in MANUAL_VALIDATION:
        raise InvalidInput("cardUpdate.manualValidation")
    capture_at = optional_instant(card, "expectedCaptureDate")
    change = Change(
        amount_cents=_amount(card, found),
        capture_on=capture_at.date() if capture_at else None,
        manual_validation=MANUAL_VALIDATION[manual],
    )
    changed = modify(
        transaction=found, change=change, origin=Origin.REST, now=now, comment=_comment(body)
    )
    return transaction_object(changed, shop)


def transaction_validate(body: Body, shop: Shop, now: datetime) -> Answer:
    """`Transaction/Validate`: PSP_011 unless it waits for validation."""
    found = find_transaction(body, shop)
    validated = validate(transaction=found, origin=Origin.REST, now=now, comment=_comment(body))
    return transaction_object(validated, shop)


def transaction_duplicate(body: Body, shop: Shop, now: datetime) -> Answer:
    """`Transaction/Duplicate`: answers the new transaction, which the bank may have refused."""
    found = find_transaction(body, shop)
    copy = duplicate(
        transaction=found,
        amount_cents=_amount(body, found),
        origin=Origin.REST,
        now=now,
        comment=_comment(body),
    )
    return transaction_object(copy, shop)


def transaction_capture(body: Body, shop: Shop, now: datetime) -> Answer:
    """`Transaction/Capture` (TEST only): remit the listed ones at once, all or none.

    The shape of the answer is not documented: ours.
    """
    uuids = body.get("uuids")
    if not isinstance(uuids, list) or not uuids:
        raise InvalidInput("uuids")
    found = [find_transaction({"uuid": uuid}, shop) for uuid in uuids]
    remitted = capture_now(transactions=found, origin=Origin.REST, now=now)
    return {
        "transactions": [transaction_object(each, shop) for each in remitted],
        "_type": "V4/TransactionList",
    }


def _cancel(found: Transaction, body: Body, shop: Shop, now: datetime) -> Answer:
    cancelled = cancel_transaction(
        transaction=found, origin=Origin.REST, now=now, comment=_comment(body)
    )
    return transaction_object(cancelled, shop)


def _refund(
    found: Transaction, amount: int | None, body: Body, shop: Shop, now: datetime
) -> Answer:
    credit = refund(
        transaction=found,
        amount_cents=amount,
        origin=Origin.REST,
        now=now,
        comment=_comment(body),
    )
    return transaction_object(credit, shop)


def _amount(body: Body, found: Transaction) -> int | None:
    """The amount asked, in the transaction's own currency. PSP_021 for another one."""
    amount = optional_cents(body)
    named = body.get("currency") is not None
    if named and numeric_currency(body) != found.payment.currency:
        raise OperationRefused("PSP_021", "The currency is not the transaction's")
    if amount is not None and not named:
        raise InvalidInput("currency")
    return amount


def _comment(body: Body) -> str:
    return optional_text(body, "comment", longest=255)
