"""Template filters: amounts, and marks read by a person."""

from django import template
from django.utils.translation import get_language

from payzen_sandbox.protocol.currencies import CURRENCIES

register = template.Library()

NARROW_SPACE = "\u202f"
NO_BREAK_SPACE = "\u00a0"


@register.filter
def money(cents: int, numeric_currency: str) -> str:
    """`123456|money:"978"` is "1 234,56 €" in French and "1,234.56 €" in English."""
    currency = CURRENCIES[numeric_currency]
    units, rest = divmod(cents, 10**currency.decimals)
    english = get_language() == "en"
    text = f"{units:,}" if english else f"{units:,}".replace(",", NARROW_SPACE)
    if currency.decimals:
        text += f"{'.' if english else ','}{rest:0{currency.decimals}d}"
    return f"{text}{NO_BREAK_SPACE}{currency.symbol}"
