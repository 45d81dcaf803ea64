"""``{% load money %}``: amounts in cents become euros that a person reads."""

from django import template

from caf_portal.money import format_euros, format_signed_euros

register = template.Library()


@register.filter
def euros(cents: int) -> str:
    """``{{ creance.balance_cents|euros }}``: ``1 234,56 €``, with unbreakable spaces."""
    return format_euros(cents)


@register.filter
def signed_euros(cents: int) -> str:
    """The same with its sign in every case: what a movement does to a debt."""
    return format_signed_euros(cents)
