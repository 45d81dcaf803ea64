"""The REST services by name: from a checked body to an answer."""

from collections.abc import Callable
from datetime import datetime

from payzen_sandbox.rest.envelope import Answer
from payzen_sandbox.rest.fields import Body
from payzen_sandbox.rest.operating import (
    cancel_or_refund,
    transaction_cancel,
    transaction_capture,
    transaction_duplicate,
    transaction_refund,
    transaction_update,
    transaction_validate,
)
from payzen_sandbox.rest.payment_orders import (
    create_payment_order,
    payment_order_get,
    payment_order_update,
)
from payzen_sandbox.rest.reading import order_get, sdk_test, transaction_get
from payzen_sandbox.shops import Shop

Service = Callable[[Body, Shop, datetime], Answer]

SERVICES: dict[str, Service] = {
    "Charge/SDKTest": sdk_test,
    "Charge/CreatePaymentOrder": create_payment_order,
    "Charge/PaymentOrder/Get": payment_order_get,
    "Charge/PaymentOrder/Update": payment_order_update,
    "Order/Get": order_get,
    "Transaction/Get": transaction_get,
    "Transaction/Cancel": transaction_cancel,
    "Transaction/Refund": transaction_refund,
    "Transaction/CancelOrRefund": cancel_or_refund,
    "Transaction/Update": transaction_update,
    "Transaction/Validate": transaction_validate,
    "Transaction/Duplicate": transaction_duplicate,
    "Transaction/Capture": transaction_capture,
}
