"""The services that only read: `Charge/SDKTest`, `Order/Get`, `Transaction/Get`."""

from datetime import datetime

from payzen_sandbox.models import Transaction
from payzen_sandbox.rest.envelope import Answer, InvalidInput, NotFound
from payzen_sandbox.rest.fields import Body, text
from payzen_sandbox.rest.lookup import find_transaction
from payzen_sandbox.rest.payment_object import payment_object
from payzen_sandbox.rest.transaction_object import transaction_object
from payzen_sandbox.shops import Shop

OPERATION_TYPES = {"DEBIT", "CREDIT", "VERIFICATION"}


def sdk_test(body: Body, shop: Shop, now: datetime) -> Answer:
    """`Charge/SDKTest`: says back what it was told."""
    return {"value": text(body, "value"), "_type": "V4/Type/String"}


def order_get(body: Body, shop: Shop, now: datetime) -> Answer:
    """`Order/Get`: every transaction of an order, refused ones included, oldest first.

    PSP_010 when there is none: never paid, or the buyer gave up.
    """
    mine = Transaction.objects.of_shop(shop.site_id)
    found = mine.filter(payment__order_id=text(body, "orderId"))
    if body.get("operationType") is not None:
        operation_type = text(body, "operationType")
        if operation_type not in OPERATION_TYPES:
            raise InvalidInput("operationType")
        found = found.filter(operation_type=operation_type)
    transactions = list(found)
    if not transactions:
        raise NotFound
    # Several forms may bear one order: the paid one speaks for it, else the last.
    accepted = [each for each in transactions if each.is_accepted]
    return payment_object((accepted or transactions)[-1].payment, transactions, now=now)


def transaction_get(body: Body, shop: Shop, now: datetime) -> Answer:
    """`Transaction/Get`: one transaction by uuid. PSP_010 when the shop has no such one."""
    return transaction_object(find_transaction(body, shop), shop)
