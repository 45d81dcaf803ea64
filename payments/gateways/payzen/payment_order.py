"""Payment orders: a page of PayZen's own, sent by its address (protocol sheet E.2)."""

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from payments.gateways.base import GatewayUnreachable
from payments.gateways.departures import PaymentOrder, PaymentOrderRequest

#: The platform wants a language and its country.
_LOCALES = {"fr": "fr_FR", "en": "en_GB"}
_LONGEST_ID, _LONGEST_URL = 64, 500
_ENDS_WITHIN = timedelta(minutes=1)


def order_body(request: PaymentOrderRequest) -> dict[str, Any]:
    """What ``Charge/CreatePaymentOrder`` is asked: no name, no e-mail, no motive.

    The order bears the payment's own reference: its notification is booked like any other.
    """
    return {
        "amount": request.amount_cents,
        "currency": "EUR",
        "orderId": request.order_reference,
        "channelOptions": {"channelType": "URL"},
        "expirationDate": request.expires_at.isoformat(timespec="seconds"),
        "locale": _LOCALES.get(request.langue, "fr_FR"),
    }


def order_of(answer: dict[str, Any]) -> PaymentOrder:
    """The order that was opened; raises ``GatewayUnreachable`` when it has no page to send."""
    url, order_id = answer.get("paymentURL"), answer.get("paymentOrderId")
    if not (isinstance(url, str) and isinstance(order_id, str)):
        raise GatewayUnreachable("CreatePaymentOrder: the answer has no page")
    if not _is_page(url) or not order_id or len(order_id) > _LONGEST_ID:
        raise GatewayUnreachable("CreatePaymentOrder: the page has no usable address")
    return PaymentOrder(order_id=order_id, url=url)


def closing_body(order_id: str, *, now: datetime) -> dict[str, Any]:
    """What ``Charge/PaymentOrder/Update`` is asked so that the page ends as good as now.

    Nothing says that the platform takes a date that is past, hence the minute.
    """
    ends_at = now + _ENDS_WITHIN
    return {
        "paymentOrderId": order_id,
        "expirationDate": ends_at.isoformat(timespec="seconds"),
    }


def expect_order(answer: dict[str, Any], order_id: str) -> None:
    """Raise ``GatewayUnreachable`` unless the answer is about this order."""
    if answer.get("paymentOrderId") != order_id:
        raise GatewayUnreachable("PaymentOrder/Update: the answer is about another order")


def _is_page(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in {"https", "http"} and bool(parts.netloc) and len(url) <= _LONGEST_URL
