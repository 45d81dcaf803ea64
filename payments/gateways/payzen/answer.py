"""From a Transaction object of the REST API to a frozen report (protocol sheet E.2)."""

from dataclasses import astuple
from typing import Any
from uuid import UUID

from payments.gateways.base import (
    AnswerUnreadable,
    GatewayUnreachable,
    GiveBackKind,
    GiveBackReport,
    Result,
    TransactionReport,
)
from payments.gateways.payzen.cleaning import is_storable
from payments.gateways.payzen.codes import (
    COLLECTED,
    operation_of,
    refusal_code_of,
    refusal_of,
    result_of,
    source_of,
)
from payments.gateways.payzen.schedule import FIRST_WAS_REFUSED, occurrence_of, paris_day


def to_report(
    answer: dict[str, Any], *, order_reference: str, told_by: str = ""
) -> TransactionReport:
    """The report of one transaction; raises ``GatewayUnreachable`` when it makes no sense.

    The answer must be about the order that was asked: another one's money is not ours to book.
    ``told_by`` is the platform's word for what made it speak, when we did not ask.
    """
    details = _part(answer, "transactionDetails")
    card = _part(details, "cardDetails")
    bank = _part(card, "authorizationResponse")
    _about_this_order(answer, order_reference)
    status = str(answer.get("detailedStatus") or "")
    amount, currency = _money(answer, details)
    reasons = _reasons(answer, bank)
    try:
        transaction_id = UUID(hex=str(answer["uuid"]))
        amount_cents = _number(amount, below=10**12)
        parent_id = _parent(details)
        sequence_number = _number(details.get("sequenceNumber") or 0, below=10**9)
    except (KeyError, ValueError) as error:
        raise AnswerUnreadable("a transaction has no uuid or no amount") from error
    report = TransactionReport(
        order_reference=order_reference,
        transaction_id=transaction_id,
        result=result_of(status),
        gateway_status=status[:40],
        operation=operation_of(str(answer.get("operationType") or "")),
        amount_cents=amount_cents,
        currency=str(currency or "")[:3],
        sequence_number=sequence_number,
        refusal=refusal_of(**reasons),
        refusal_code=refusal_code_of(**reasons),
        collected=status == COLLECTED,
        source=source_of(told_by),
        card_brand=str(card.get("effectiveBrand") or "")[:40],
        card_number=str(card.get("pan") or "")[:36],
        authorisation=str(bank.get("authorizationNumber") or "")[:20],
        occurrence=occurrence_of(str(card.get("sequenceType") or "")),
        presented_on=paris_day(str(card.get("expectedCaptureDate") or "")),
        created_on=paris_day(str(answer.get("creationDate") or "")),
        order_cents=_order_total(answer),
        plan_refused=str(answer.get("detailedErrorCode") or "") == FIRST_WAS_REFUSED,
        parent_id=parent_id,
    )
    if not all(is_storable(text) for text in astuple(report) if isinstance(text, str)):
        raise AnswerUnreadable("a transaction holds text that nobody can keep")
    return report


def _reasons(answer: dict[str, Any], bank: dict[str, Any]) -> dict[str, str]:
    """Why it was refused, in the words of the bank and of the platform; empty if it was not."""
    return {
        "auth_result": str(bank.get("authorizationResult") or ""),
        "payment_error": str(answer.get("detailedErrorCode") or ""),
    }


def own_report(answer: dict[str, Any]) -> TransactionReport:
    """The report of a transaction that was named by its identifier, under the order it tells."""
    reference = str(_part(answer, "orderDetails").get("orderId") or "")
    return to_report(answer, order_reference=reference)


def give_back_report(answer: dict[str, Any], *, kind: GiveBackKind) -> GiveBackReport:
    """What became of a request to give money back; raises ``GatewayUnreachable`` on nonsense."""
    report = own_report(answer)
    status = report.gateway_status
    if kind == GiveBackKind.REFUND:
        if report.operation != "CREDIT":
            raise GatewayUnreachable("a refund answers with something else than a credit")
        return GiveBackReport(kind, report.transaction_id, report.result, status)
    if (kind == GiveBackKind.CANCELLATION) != (report.result == Result.CANCELLED):
        raise GatewayUnreachable(f"a {kind} answers with the state {status}")
    return GiveBackReport(kind, None, Result.PAID, status)


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


def _parent(details: dict[str, Any]) -> UUID | None:
    told = details.get("parentTransactionUuid")
    return UUID(hex=told) if isinstance(told, str) and told else None


def _order_total(answer: dict[str, Any]) -> int | None:
    total = _part(answer, "orderDetails").get("orderTotalAmount")
    return total if isinstance(total, int) else None


def _about_this_order(answer: dict[str, Any], order_reference: str) -> None:
    told = _part(answer, "orderDetails").get("orderId", order_reference)
    if told != order_reference:
        raise AnswerUnreadable("the answer is about another order")


def _part(of: dict[str, Any], name: str) -> dict[str, Any]:
    value = of.get(name)
    return value if isinstance(value, dict) else {}
