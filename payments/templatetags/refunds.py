"""What was given back of a payment, on the pages of the person who paid."""

from typing import Any

from django import template

from payments.models import Payment
from payments.refund_queries import given_back as refunds_made
from payments.refund_queries import given_back_cents

register = template.Library()


@register.inclusion_tag("payments/given_back.html")
def given_back(payment: Payment) -> dict[str, Any]:
    """Each refund that was made, with its day; nothing when there is none."""
    return {"refunds": refunds_made(payment)}


@register.simple_tag
def returned_cents(payment: Payment) -> int:
    """All that was given back, which may be another amount than the one asked at first."""
    return given_back_cents(payment)
