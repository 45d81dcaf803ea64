"""From the bytes that PayZen posts to a frozen report (protocol sheet C.3).

Three steps that the notification service calls in turn: read the fields, check them against the
shop, turn them into a report. Each raises a type that says which answer to give.
"""

import re
from urllib.parse import parse_qsl
from uuid import UUID

from payments.gateways.base import TransactionReport
from payments.gateways.payzen.codes import (
    COLLECTED,
    CURRENCIES,
    operation_of,
    refusal_code_of,
    refusal_of,
    result_of,
    source_of,
)
from payments.gateways.payzen.schedule import FIRST_WAS_REFUSED, occurrence_of, paris_day
from payments.gateways.payzen.shop import Shop
from payments.gateways.payzen.signature import is_authentic

MAX_BYTES = 64 * 1024
MAX_FIELDS = 500
#: Only notifications have one (sheet C.3), and no value of our forms looks like it.
_HASH = re.compile(r"[A-Za-z0-9_=-]{40,128}")


class NotificationUnreadable(ValueError):
    """Not a form in UTF-8, too large, a field twice, or no shop named: nothing to verify."""


class SignatureWrong(ValueError):
    """The signature is missing or is not the shop's: somebody else wrote this."""


def read_fields(body: bytes, *, max_bytes: int = MAX_BYTES) -> dict[str, str]:
    """The fields of a form-encoded body, byte for byte what was signed: blanks are kept.

    Raises ``NotificationUnreadable``. A field given twice is refused: which one was signed?
    """
    if len(body) > max_bytes:
        raise NotificationUnreadable("the body is too large")
    try:
        pairs = parse_qsl(
            body.decode("ascii"),
            keep_blank_values=True,
            strict_parsing=True,
            encoding="utf-8",
            errors="strict",
            max_num_fields=MAX_FIELDS,
        )
    except ValueError as error:
        raise NotificationUnreadable("the body is not a form encoded in UTF-8") from error
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise NotificationUnreadable("a field is given twice")
    if "\x00" in "".join(fields.values()):
        raise NotificationUnreadable("a field holds a null character")
    return fields


def shop_named(fields: dict[str, str]) -> tuple[str, str]:
    """Shop number and mode, to find the key with; raises ``NotificationUnreadable``."""
    site_id, mode = fields.get("vads_site_id", ""), fields.get("vads_ctx_mode", "")
    if not site_id or not mode:
        raise NotificationUnreadable("vads_site_id and vads_ctx_mode are required")
    return site_id, mode


def verify(fields: dict[str, str], *, shop: Shop) -> None:
    """Raise ``SignatureWrong`` unless a key of the shop signed these fields as a notification.

    After a change of key or algorithm the former pair is good for 24 hours (sheet B). The same
    key signs our forms, which everybody reads, and field names are not signed: a form sent back
    under other names is told apart by ``vads_hash``, which it cannot have.
    """
    if not any(
        is_authentic(fields, key=key, algorithm=algorithm)
        for key, algorithm in shop.accepted_signatures
    ):
        raise SignatureWrong("the signature is not this shop's")
    if not _HASH.fullmatch(fields.get("vads_hash", "")):
        raise SignatureWrong("signed, but not as a notification")


def to_report(fields: dict[str, str]) -> TransactionReport:
    """The report that an authentic notification makes.

    ``vads_effective_amount`` is read first, with its currency: it holds what changed at the
    platform. Raises ``NotificationUnreadable`` when a value that money depends on is not what
    the sheet says.
    """
    status = fields.get("vads_trans_status", "")
    reasons = {
        "auth_result": fields.get("vads_auth_result", ""),
        "payment_error": fields.get("vads_payment_error", ""),
    }
    amount, currency = _money(fields)
    return TransactionReport(
        order_reference=fields.get("vads_order_id", ""),
        transaction_id=_uuid(fields.get("vads_trans_uuid", "")),
        result=result_of(status),
        gateway_status=status[:40],
        operation=operation_of(fields.get("vads_operation_type", "")),
        amount_cents=_number(amount),
        currency=CURRENCIES.get(currency, currency[:3]),
        sequence_number=_number(fields.get("vads_sequence_number") or "0", digits=9),
        refusal=refusal_of(**reasons),
        refusal_code=refusal_code_of(**reasons),
        collected=status == COLLECTED,
        source=source_of(fields.get("vads_url_check_src", "")),
        card_brand=fields.get("vads_card_brand", "")[:40],
        card_number=fields.get("vads_card_number", "")[:36],
        authorisation=fields.get("vads_auth_number", "")[:20],
        occurrence=occurrence_of(fields.get("vads_occurrence_type", "")),
        presented_on=paris_day(fields.get("vads_presentation_date", "")),
        created_on=paris_day(fields.get("vads_effective_creation_date", "")),
        order_cents=_number(fields.get("vads_amount") or "0"),
        plan_refused=fields.get("vads_payment_error", "") == FIRST_WAS_REFUSED,
    )


def _money(fields: dict[str, str]) -> tuple[str, str]:
    """An amount and the currency it is in: never the amount of one and the currency of another."""
    asked = fields.get("vads_currency", "")
    effective = fields.get("vads_effective_amount", "")
    if effective:
        return effective, fields.get("vads_effective_currency") or asked
    return fields.get("vads_amount", ""), asked


def _uuid(text: str) -> UUID | None:
    if not text:
        return None
    try:
        return UUID(hex=text)
    except ValueError as error:
        raise NotificationUnreadable("vads_trans_uuid is not 32 hexadecimal digits") from error


def _number(text: str, *, digits: int = 12) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= digits):
        raise NotificationUnreadable("an amount or a sequence number is not a number")
    return int(text)
