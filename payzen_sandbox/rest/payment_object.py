"""The V4/Payment object: an order with its transactions, in answers and in notifications."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from payzen_sandbox.models import Payment, Transaction
from payzen_sandbox.models.payment import PaymentState
from payzen_sandbox.models.transaction import FAILED
from payzen_sandbox.rest.envelope import iso
from payzen_sandbox.rest.transaction_object import customer, order_details, transaction_object

ORDER_STATUS = {
    PaymentState.OPEN: "UNPAID",
    PaymentState.ACCEPTED: "PAID",
    PaymentState.PENDING: "RUNNING",
    PaymentState.REFUSED: "UNPAID",
    PaymentState.CANCELLED: "ABANDONED",
    PaymentState.EXPIRED: "ABANDONED",
}


def payment_object(
    payment: Payment, transactions: Iterable[Transaction], *, now: datetime
) -> dict[str, Any]:
    """The order of `payment` and the transactions to tell."""
    return {
        "shopId": payment.site_id,
        "orderCycle": "OPEN" if payment.is_open else "CLOSED",
        "orderStatus": order_status(payment),
        "serverDate": iso(now),
        "orderDetails": order_details(payment),
        "customer": customer(payment),
        "transactions": [transaction_object(each, payment.shop) for each in transactions],
        "_type": "V4/Payment",
    }


def order_status(payment: Payment) -> str:
    """`PAID`, `RUNNING`, `UNPAID` or `ABANDONED`; unpaid again once all its debits failed."""
    status = ORDER_STATUS[PaymentState(payment.state)]
    if status != "PAID":
        return status
    debits = payment.transactions.filter(operation_type="DEBIT")
    return status if debits.exclude(status__in=FAILED).exists() else "UNPAID"
