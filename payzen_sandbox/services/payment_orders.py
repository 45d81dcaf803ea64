"""Payment links (orders): made by REST, paid through the hosted page without a shop's form."""

import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction as database

from payzen_sandbox.models import Payment, PaymentOrder
from payzen_sandbox.models.payment import SESSION_LENGTH, PaymentState
from payzen_sandbox.protocol.dictionary import EXT_INFO_PREFIX
from payzen_sandbox.protocol.instants import to_vads
from payzen_sandbox.services.event_log import record
from payzen_sandbox.services.fault_rules import take_next_faults
from payzen_sandbox.services.platform_ids import next_platform_trans_id
from payzen_sandbox.shops import Shop

LONGEST_VALIDITY = timedelta(days=90)
ORDER_INFOS = {"orderInfo": "vads_order_info", "orderInfo2": "vads_order_info2"}


class OrderClosed(Exception):
    """The link was paid, or is no longer valid."""


@dataclass(frozen=True, slots=True)
class OrderTerms:
    """What a link asks for, once checked. Amount in cents, currency numeric."""

    amount_cents: int
    currency: str
    order_id: str = ""
    expires_at: datetime | None = None
    locale: str = "fr_FR"
    email: str = ""
    comment: str = ""
    metadata: dict[str, str] = field(default_factory=dict)


def create_order(*, shop: Shop, terms: OrderTerms, now: datetime) -> PaymentOrder:
    """Keep a new link, valid 90 days unless its terms say less."""
    return PaymentOrder.objects.create(
        site_id=shop.site_id,
        order_id=terms.order_id,
        amount_cents=terms.amount_cents,
        currency=terms.currency,
        locale=terms.locale,
        email=terms.email,
        comment=terms.comment[:255],
        metadata=terms.metadata,
        created_at=now,
        expires_at=terms.expires_at or now + LONGEST_VALIDITY,
    )


def change_expiry(*, order: PaymentOrder, expires_at: datetime) -> PaymentOrder:
    """Give the link another end; a past one ends it at once."""
    order.expires_at = expires_at
    order.save(update_fields=["expires_at"])
    return order


def open_order(*, order: PaymentOrder, now: datetime) -> Payment:
    """The buyer clicks Pay: the session under way if there is one, else a new one.

    Raises OrderClosed when the link is paid, awaits its bank, or has expired.
    """
    with database.atomic():
        order = PaymentOrder.objects.get(pk=order.pk)
        if order.status(now) != "RUNNING":
            raise OrderClosed(order.status(now))
        sessions = order.payments.order_by("pk")
        if sessions.filter(state=PaymentState.PENDING).exists():
            raise OrderClosed("PENDING")
        under_way = sessions.filter(state=PaymentState.OPEN, expires_at__gt=now).last()
        return under_way or _open(order, now=now)


def mark_paid(payment: Payment, *, now: datetime) -> None:
    """Close the link of an accepted payment; nothing for a payment that came from a form."""
    if payment.payment_order_id is not None and payment.state == PaymentState.ACCEPTED:
        PaymentOrder.objects.filter(pk=payment.payment_order_id).update(paid_at=now)


def _open(order: PaymentOrder, *, now: datetime) -> Payment:
    trans_id = next_platform_trans_id(order.site_id, now=now)
    shop = order.shop
    due_on = (now + timedelta(days=shop.capture_delay_days)).date()
    payment = Payment.objects.create(
        site_id=order.site_id,
        ctx_mode="TEST",
        trans_id=trans_id,
        trans_id_folded=trans_id,
        utc_day=now.date(),
        order_id=order.order_id,
        fields=_fields(order, trans_id, now=now),
        amount_cents=order.amount_cents,
        currency=order.currency,
        capture_delay_days=shop.capture_delay_days,
        instalments=[[due_on.isoformat(), order.amount_cents]],
        language=order.locale[:2] if order.locale[:2] in shop.languages else shop.languages[0],
        faults=take_next_faults(order.site_id),
        abandon_uuid=uuid.uuid4().hex,
        payment_order=order,
        opened_at=now,
        expires_at=now + SESSION_LENGTH,
    )
    record(payment, "order.opened", now=now, detail=f"paymentOrderId {order.reference}")
    return payment


def _fields(order: PaymentOrder, trans_id: str, *, now: datetime) -> dict[str, str]:
    """What a form would have said: it is what notifications send back."""
    metadata = {
        ORDER_INFOS.get(name, f"{EXT_INFO_PREFIX}{name}"): value
        for name, value in order.metadata.items()
    }
    return {
        "vads_version": "V2",
        "vads_site_id": order.site_id,
        "vads_trans_id": trans_id,
        "vads_trans_date": to_vads(now),
        "vads_payment_config": "SINGLE",
        "vads_amount": str(order.amount_cents),
        "vads_currency": order.currency,
        "vads_ctx_mode": "TEST",
        "vads_page_action": "PAYMENT",
        "vads_action_mode": "INTERACTIVE",
        "vads_order_id": order.order_id,
        "vads_cust_email": order.email,
        "vads_token_id": order.reference,
        **metadata,
    }
