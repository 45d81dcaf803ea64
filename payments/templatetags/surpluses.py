"""``{% load surpluses %}``: money paid in excess, on the debtor's pages."""

from typing import Any

from django import template
from django.template.context import Context

from payments.models import Payment
from payments.surplus_queries import surpluses_of

register = template.Library()


@register.inclusion_tag("payments/surplus_notices.html", takes_context=True)
def surplus_notices(context: Context, payment: Payment | None = None) -> dict[str, Any]:
    """What became of the surpluses of one payment, or those that still wait on the list."""
    debtor = context.get("debtor")
    if debtor is None:
        return {"surpluses": []}
    found = surpluses_of(debtor)
    return {"surpluses": found.filter(payment=payment) if payment else found.waiting()}
