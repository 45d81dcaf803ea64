"""Money is integer cents everywhere; this module is the only place that meets euros as text.

Used at the two edges: what a person types, and what a person reads.
"""

import re

_TYPED = re.compile(r"(?P<euros>\d{1,9})(?:[.,](?P<cents>\d{1,2}))?")
_SPACES = re.compile(r"[\s\u00a0\u202f]")


class NotAnAmount(ValueError):
    """The text typed is not an amount in euros with at most two decimals."""


def parse_euros(typed: str) -> int:
    """Cents from what a person typed: ``12,5``, ``1 234,56 €`` and ``1234.56`` are understood.

    Negative amounts, more than two decimals and anything else raise ``NotAnAmount``: a
    guess about money is never right.
    """
    compact = _SPACES.sub("", typed).removesuffix("€")
    match = _TYPED.fullmatch(compact)
    if match is None or not compact.isascii():
        raise NotAnAmount(typed)
    return int(match["euros"]) * 100 + int((match["cents"] or "").ljust(2, "0"))


def format_euros(cents: int) -> str:
    """French reading of an amount, with unbreakable spaces: ``123456`` gives ``1 234,56 €``."""
    euros, rest = divmod(abs(cents), 100)
    grouped = f"{euros:,}".replace(",", "\u202f")
    return f"{'-' if cents < 0 else ''}{grouped},{rest:02d}\u00a0€"


def format_signed_euros(cents: int) -> str:
    """The same with its sign in every case: what a movement does to a debt."""
    return f"+{format_euros(cents)}" if cents > 0 else format_euros(cents).replace("-", "−", 1)


def format_plain_euros(cents: int) -> str:
    """The amount as a person would type it back in a form field: ``123456`` gives ``1234,56``."""
    euros, rest = divmod(cents, 100)
    return f"{euros},{rest:02d}"
