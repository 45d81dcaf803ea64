"""Gives money back at PayZen by the way that the transaction's state still allows (sheet E.2, F).

Before the remittance nothing was taken: the whole is cancelled, a part is not taken. After it, the
money is returned by a CREDIT transaction. The remittance may happen between our question and our
request: the platform then says which other way to take, and it is taken once.
"""

from collections.abc import Callable
from typing import Any

from payments.gateways.base import (
    AlreadyCancelled,
    GatewayUnreachable,
    GiveBackKind,
    GiveBackReport,
    GiveBackRequest,
    WrongStatus,
)
from payments.gateways.payzen.answer import give_back_report
from payments.gateways.payzen.rest import (
    CancelRatherThanRefund,
    RefundRatherThanCancel,
    RestClient,
)

_REMITTED = frozenset({"CAPTURED"})
_TO_REMIT = frozenset(
    {
        "AUTHORISED",
        "AUTHORISED_TO_VALIDATE",
        "WAITING_AUTHORISATION",
        "WAITING_AUTHORISATION_TO_VALIDATE",
    }
)
_CANCELLED = frozenset({"CANCELLED", "CANCELED"})


def give_back(client: RestClient, request: GiveBackRequest) -> GiveBackReport:
    """Cancel, reduce or refund; see ``Gateway.give_back`` for what it raises."""
    status = str(client.transaction(request.transaction_id.hex).get("detailedStatus") or "")
    if status in _CANCELLED:
        raise AlreadyCancelled("PSP_105", "the transaction is cancelled")
    if status not in _REMITTED | _TO_REMIT:
        raise WrongStatus("PSP_011", f"the transaction is {status[:40] or 'without status'}")
    first, second = _ways(remitted=status in _REMITTED)
    try:
        return first(client, request)
    except (CancelRatherThanRefund, RefundRatherThanCancel):
        # It was remitted, or was not yet, while we were asking.
        return second(client, request)


_Way = Callable[[RestClient, GiveBackRequest], GiveBackReport]


def _ways(*, remitted: bool) -> tuple[_Way, _Way]:
    return (_refund, _do_not_take) if remitted else (_do_not_take, _refund)


def _refund(client: RestClient, request: GiveBackRequest) -> GiveBackReport:
    answer = client.cancel_or_refund(
        request.transaction_id.hex,
        cents=request.amount_cents,
        mode="REFUND_ONLY",
        comment=request.comment,
    )
    return give_back_report(answer, kind=GiveBackKind.REFUND)


def _do_not_take(client: RestClient, request: GiveBackRequest) -> GiveBackReport:
    """Cancel the whole of what is left, or lower the amount to what stays."""
    uuid, kept = request.transaction_id.hex, request.left_cents - request.amount_cents
    if kept:
        answer = client.lower(uuid, cents=kept, comment=request.comment)
        _expect_amount(answer, kept)
        return give_back_report(answer, kind=GiveBackKind.REDUCTION)
    answer = client.cancel_or_refund(
        uuid, cents=request.amount_cents, mode="CANCELLATION_ONLY", comment=request.comment
    )
    return give_back_report(answer, kind=GiveBackKind.CANCELLATION)


def _expect_amount(answer: dict[str, Any], cents: int) -> None:
    """A reduction that answers with another amount is not understood: the truth is asked later."""
    if answer.get("amount") != cents:
        raise GatewayUnreachable("Transaction/Update: the amount is not the one asked")
