"""How a file that should be there is called on the work list: one line a file."""

from collections.abc import Iterator
from datetime import date, timedelta

from payments.models import Boutique
from rapprochement.models import CompteBancaire
from rapprochement.models.files import FichierKind


def missing_shop_file(kind: FichierKind, boutique: Boutique, day_on: date) -> str:
    """Subject of the anomaly: kind, shop and UTC day of a file of the platform."""
    return f"{kind.value} {boutique.site_id} {boutique.mode} {day_on:%Y-%m-%d}"


def missing_account(account: CompteBancaire, day_on: date) -> str:
    """Subject of the anomaly: account and day that a statement should have covered."""
    return f"RELEVE {account.iban} {day_on:%Y-%m-%d}"


def days_of(from_on: date, to_on: date) -> Iterator[date]:
    """Every day from one to the other, both included."""
    for offset in range((to_on - from_on).days + 1):
        yield from_on + timedelta(days=offset)
