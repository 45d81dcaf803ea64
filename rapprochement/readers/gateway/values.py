"""What a cell may hold: each function gives the value, or raises ``ValueError``.

The text of the error is a sentence for the agent, without the place, which the caller knows.
"""

import re
from datetime import UTC, date, datetime, time
from functools import lru_cache
from uuid import UUID

from django.utils.translation import gettext as _

from payments.gateways.payzen.codes import CURRENCIES

#: Of an amount: the platform's own bound (NUMERIC 13).
_LONGEST_AMOUNT = 13
_TRANS_ID = re.compile(r"[0-9A-Za-z]{6}")
_UUID = re.compile(r"[0-9a-fA-F]{32}|[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_CURRENCY = re.compile(r"[0-9]{3}|[A-Z]{3}")
_PRODUCED = ("%y/%m/%d_%H:%M:%S", "%y%m%d_%H:%M:%S", "%y/%m/%d")


def cents(text: str) -> int:
    """An amount in cents: digits only."""
    if not (text.isascii() and text.isdigit() and len(text) <= _LONGEST_AMOUNT):
        raise ValueError(
            _(
                "n’est pas un montant en centimes (des chiffres seulement, « 5124 » pour "
                "51,24 €). Réglez le format des montants du journal dans le back office"
            )
        )
    return int(text)


@lru_cache(maxsize=4096)
def day(text: str) -> date:
    """``YYYYMMDD``, or ``YYMMDD`` as the JO file has it; of this century."""
    full = f"20{text}" if len(text) == 6 else text
    if len(full) == 8 and full.isascii() and full.isdigit() and full.startswith("20"):
        try:
            return date(int(full[:4]), int(full[4:6]), int(full[6:]))
        except ValueError:
            pass
    raise ValueError(_("n’est pas une date (AAAAMMJJ)"))


@lru_cache(maxsize=100_000)
def clock(text: str) -> time:
    """``hhmmss``, UTC."""
    if len(text) == 6 and text.isascii() and text.isdigit():
        try:
            return time(int(text[:2]), int(text[2:4]), int(text[4:]), tzinfo=UTC)
        except ValueError:
            pass
    raise ValueError(_("n’est pas une heure (HHMMSS, temps universel)"))


def trans_id(text: str) -> str:
    """Six letters or digits; fewer means that a spreadsheet ate the zeros at its head."""
    if _TRANS_ID.fullmatch(text) is None:
        raise ValueError(
            _(
                "n’est pas un numéro de transaction (six caractères, zéros compris). Si un tableur "
                "a enregistré le fichier, déposez celui que la plateforme a envoyé"
            )
        )
    return text


def uuid(text: str) -> UUID:
    """The platform's identifier of a transaction, with or without hyphens."""
    if _UUID.fullmatch(text) is None:
        raise ValueError(_("n’est pas un identifiant de transaction (32 caractères de 0 à f)"))
    return UUID(text)


def rank(text: str) -> int:
    """A sequence number."""
    if not (text.isascii() and text.isdigit() and len(text) <= 4):
        raise ValueError(_("n’est pas un numéro d’ordre"))
    return int(text)


def currency(text: str) -> str:
    """``EUR`` for 978 or EUR; another currency keeps the file's own code."""
    if _CURRENCY.fullmatch(text) is None:
        raise ValueError(_("n’est pas un code de devise (978 ou EUR pour l’euro)"))
    return CURRENCIES.get(text, text)


def produced(text: str) -> datetime | None:
    """When the platform made the file, UTC, in any of its three formats; ``None`` otherwise."""
    for pattern in _PRODUCED:
        try:
            return datetime.strptime(text, pattern).replace(tzinfo=UTC)
        except ValueError:
            continue
    return None
