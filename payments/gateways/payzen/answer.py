"""From a Transaction object of the REST API to a frozen report (protocol sheet E.2)."""

from typing import Any
from uuid import UUID

from payments.gateways.base import GatewayUnreachable, TransactionReport
from payments.gateways.payzen.codes import overtaken_by, refusal_of, result_of


def to_report(answer: dict[str, Any], *, order_reference: str) -> TransactionReport:
    """The report of one transaction; raises ``GatewayUnreachable`` when it makes no sense.

    The answer must be about the order that was asked: another one's money is not ours to book.
    """
    details = _part(answer, "transactionDetails")
    card = _part(details, "cardDetails")
    bank = _part(card, "authorizationResponse")
    _about_this_order(answer, order_reference)
    status = str(answer.get("detailedStatus") or "")
    amount, currency = _money(answer, details)
    try:
        transaction_id = UUID(hex=str(answer["uuid"]))
        amount_cents = _number(amount, below=10**12)
        sequence_number = _number(details.get("sequenceNumber") or 0, below=10**9)
    except (KeyError, ValueError) as error:
        raise GatewayUnreachable("a transaction has no uuid or no amount") from error
    return TransactionReport(
        order_reference=order_reference,
        transaction_id=transaction_id,
        result=result_of(status),
        gateway_status=status[:40],
        operation=str(answer.get("operationType") or "DEBIT")[:12],
        amount_cents=amount_cents,
        currency=str(currency or "")[:3],
        sequence_number=sequence_number,
        refusal=refusal_of(
            auth_result=str(bank.get("authorizationResult") or ""),
            payment_error=str(answer.get("detailedErrorCode") or ""),
        ),
        card_brand=str(card.get("effectiveBrand") or "")[:40],
        card_number=str(card.get("pan") or "")[:36],
        authorisation=str(bank.get("authorizationNumber") or "")[:20],
        overtaken_by=overtaken_by(status),
    )


def _money(answer: dict[str, Any], details: dict[str, Any]) -> tuple[Any, Any]:
    """What a change at the platform left of the amount, with its currency; else what was asked."""
    if details.get("effectiveAmount"):
        return details["effectiveAmount"], details.get("effectiveCurrency") or answer.get(
            "currency"
        )
    return answer.get("amount"), answer.get("currency")


def _number(value: Any, *, below: int) -> int:
    """A whole number of the JSON itself: a text, a fraction or ``true`` is not an amount."""
    if type(value) is not int or not 0 <= value < below:
        raise ValueError("not a whole number in the range that the platform announces")
    return value


def _about_this_order(answer: dict[str, Any], order_reference: str) -> None:
    told = _part(answer, "orderDetails").get("orderId", order_reference)
    if told != order_reference:
        raise GatewayUnreachable("the answer is about another order")


def _part(of: dict[str, Any], name: str) -> dict[str, Any]:
    value = of.get(name)
    return value if isinstance(value, dict) else {}
