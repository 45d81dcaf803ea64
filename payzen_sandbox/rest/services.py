"""The REST services: from a checked body to an answer."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from payzen_sandbox.models import Payment, Transaction
from payzen_sandbox.models.payment import PaymentState
from payzen_sandbox.rest.envelope import Answer, InvalidInput, NotFound, iso
from payzen_sandbox.rest.transaction_object import customer, order_details, transaction_object
from payzen_sandbox.shops import Shop

Body = Mapping[str, Any]
Service = Callable[[Body, Shop, datetime], Answer]

ORDER_STATUS = {
    PaymentState.OPEN: "UNPAID",
    PaymentState.ACCEPTED: "PAID",
    PaymentState.PENDING: "RUNNING",
    PaymentState.REFUSED: "UNPAID",
    PaymentState.CANCELLED: "ABANDONED",
    PaymentState.EXPIRED: "ABANDONED",
}
OPERATION_TYPES = {"DEBIT", "CREDIT", "VERIFICATION"}


def sdk_test(body: Body, shop: Shop, now: datetime) -> Answer:
    """`Charge/SDKTest`: says back what it was told."""
    return {"value": _text(body, "value"), "_type": "V4/Type/String"}


def order_get(body: Body, shop: Shop, now: datetime) -> Answer:
    """`Order/Get`: every transaction of an order, refused ones included, oldest first.

    PSP_010 when there is none: never paid, or the buyer gave up.
    """
    order_id = _text(body, "orderId")
    found = _transactions(shop).filter(payment__order_id=order_id)
    if body.get("operationType") is not None:
        operation_type = _text(body, "operationType")
        if operation_type not in OPERATION_TYPES:
            raise InvalidInput("operationType")
        found = found.filter(operation_type=operation_type)
    transactions = list(found)
    if not transactions:
        raise NotFound
    # Several forms may bear one order: the paid one speaks for it, else the last.
    accepted = [each for each in transactions if each.is_accepted]
    payment = (accepted or transactions)[-1].payment
    return {
        "shopId": shop.site_id,
        "orderCycle": "OPEN" if payment.is_open else "CLOSED",
        "orderStatus": _order_status(payment),
        "serverDate": iso(now),
        "orderDetails": order_details(payment),
        "customer": customer(payment),
        "transactions": [transaction_object(each, shop) for each in transactions],
        "_type": "V4/Payment",
    }


def transaction_get(body: Body, shop: Shop, now: datetime) -> Answer:
    """`Transaction/Get`: one transaction by uuid. PSP_010 when the shop has no such one."""
    transaction = _transactions(shop).filter(uuid=_text(body, "uuid")).first()
    if transaction is None:
        raise NotFound
    return transaction_object(transaction, shop)


SERVICES: dict[str, Service] = {
    "Charge/SDKTest": sdk_test,
    "Order/Get": order_get,
    "Transaction/Get": transaction_get,
}


def _transactions(shop: Shop) -> QuerySet[Transaction]:
    """A shop sees its own only."""
    mine = Transaction.objects.filter(payment__site_id=shop.site_id)
    return mine.select_related("payment").order_by("pk")


def _order_status(payment: Payment) -> str:
    return ORDER_STATUS[PaymentState(payment.state)]


def _text(body: Body, name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str) or not value:
        raise InvalidInput(name)
    return value
