"""`Charge/CreatePaymentOrder` (URL channel), `Charge/PaymentOrder/Get` and `/Update`."""

import re
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse

from payzen_sandbox.models import PaymentOrder
from payzen_sandbox.protocol.currencies import CURRENCIES
from payzen_sandbox.rest.envelope import Answer, InvalidInput, iso
from payzen_sandbox.rest.fields import (
    Body,
    numeric_currency,
    optional_cents,
    optional_instant,
    optional_text,
    section,
)
from payzen_sandbox.rest.lookup import find_order
from payzen_sandbox.services.payment_orders import (
    LONGEST_VALIDITY,
    OrderTerms,
    change_expiry,
    create_order,
)
from payzen_sandbox.shops import Shop

ORDER_ID = re.compile(r"[A-Za-z0-9_-]{0,64}")
LOCALE = re.compile(r"[a-z]{2}(_[A-Z]{2})?")
METADATA_KEY = re.compile(r"[A-Za-z0-9_]{1,50}")


def create_payment_order(body: Body, shop: Shop, now: datetime) -> Answer:
    """Make a link. Only the URL channel: the sandbox sends neither mail nor SMS (INT_902)."""
    if section(body, "channelOptions").get("channelType", "URL") != "URL":
        raise InvalidInput("channelOptions.channelType")
    order = create_order(shop=shop, terms=_terms(body, now), now=now)
    return payment_order_object(order, now=now)


def payment_order_get(body: Body, shop: Shop, now: datetime) -> Answer:
    """One link of the shop. PSP_010 when it has no such one."""
    return payment_order_object(find_order(body, shop), now=now)


def payment_order_update(body: Body, shop: Shop, now: datetime) -> Answer:
    """Another expiry; a past one ends the link. PSP_010."""
    order = find_order(body, shop)
    expires_at = _expiry(body, now, past_allowed=True)
    if expires_at is None:
        raise InvalidInput("expirationDate")
    return payment_order_object(change_expiry(order=order, expires_at=expires_at), now=now)


def payment_order_object(order: PaymentOrder, *, now: datetime) -> dict[str, Any]:
    """The fields of the answer are from memory of the documentation, not verified."""
    path = reverse("payment_order", args=[order.token])
    return {
        "paymentOrderId": order.reference,
        "paymentURL": f"{settings.ENVIRONMENT.public_url}{path}",
        "paymentOrderStatus": order.status(now),
        "creationDate": iso(order.created_at),
        "expirationDate": iso(order.expires_at),
        "updateDate": None,
        "amount": order.amount_cents,
        "currency": CURRENCIES[order.currency].alphabetic,
        "orderId": order.order_id or None,
        "locale": order.locale,
        "merchantComment": order.comment or None,
        "metadata": order.metadata,
        "channelDetails": {"channelType": "URL", "_type": "V4/ChannelDetails"},
        "_type": "V4/PaymentOrder",
    }


def _terms(body: Body, now: datetime) -> OrderTerms:
    amount = optional_cents(body)
    if amount is None or amount <= 0:
        raise InvalidInput("amount")
    order_id = optional_text(body, "orderId", longest=64)
    if ORDER_ID.fullmatch(order_id) is None:
        raise InvalidInput("orderId")
    locale = optional_text(body, "locale", longest=5) or "fr_FR"
    if LOCALE.fullmatch(locale) is None:
        raise InvalidInput("locale")
    return OrderTerms(
        amount_cents=amount,
        currency=numeric_currency(body),
        order_id=order_id,
        expires_at=_expiry(body, now, past_allowed=False),
        locale=locale,
        email=optional_text(section(body, "customer"), "email", longest=150),
        comment=optional_text(body, "merchantComment", longest=255),
        metadata=_metadata(body),
    )


def _expiry(body: Body, now: datetime, *, past_allowed: bool) -> datetime | None:
    expires_at = optional_instant(body, "expirationDate")
    if expires_at is None:
        return None
    too_early = expires_at <= now and not past_allowed
    if too_early or expires_at > now + LONGEST_VALIDITY:
        raise InvalidInput("expirationDate")
    return expires_at


def _metadata(body: Body) -> dict[str, str]:
    metadata = section(body, "metadata")
    for key, value in metadata.items():
        if METADATA_KEY.fullmatch(key) is None or not isinstance(value, str) or len(value) > 255:
            raise InvalidInput(f"metadata.{key}"[:80])
    return metadata
