"""How a file that should be there is called on the work list: one line a file."""

from datetime import date

from payments.models import Boutique
from rapprochement.models import CompteBancaire
from rapprochement.models.files import FichierKind


def missing_shop_file(kind: FichierKind, boutique: Boutique, day_on: date) -> str:
    """Subject of the anomaly: kind, shop and UTC day of a file of the platform."""
    return f"{kind.value} {boutique.site_id} {boutique.mode} {day_on:%Y-%m-%d}"


def missing_account(account: CompteBancaire, day_on: date) -> str:
    """Subject of the anomaly: account and day that a statement should have covered."""
    return f"{any_day_of(account)}{day_on:%Y-%m-%d}"


def any_day_of(account: CompteBancaire) -> str:
    """What the subjects of an account begin with; the days after it sort as their text."""
    return f"RELEVE {account.iban} "


def missing_words(subject: str) -> str:
    """What lacks, said to the accountant, by its subject."""
    kind, name, *_mode, day = subject.split(" ")
    what = f"Journal {kind} de la boutique {name}"
    if kind == "RELEVE":
        what = f"Relevé du compte finissant par {name[-4:]}"
    return f"{what}, journée du {date.fromisoformat(day):%d/%m/%Y} : attendu et non reçu"
