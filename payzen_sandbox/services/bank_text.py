"""Texts as a bank's old machines take them: capitals, digits, a few signs."""

import re
import unicodedata

_NOT_TAKEN = re.compile(r"[^A-Z0-9 ,.'/-]")


def bank_text(text: str) -> str:
    """Capitals without accents; any other sign is a space."""
    plain = unicodedata.normalize("NFD", text.upper())
    letters = "".join(each for each in plain if not unicodedata.combining(each))
    return " ".join(_NOT_TAKEN.sub(" ", letters).split())


def euros(cents: int) -> str:
    """`51,24`; a minus before what is negative."""
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100},{abs(cents) % 100:02d}"
