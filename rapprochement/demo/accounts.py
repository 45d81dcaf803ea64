"""Gives each fund of the demonstration the bank account that the sandbox writes statements of."""

from typing import Final

from django.conf import settings

from caf_portal.database.scope import national_scope
from comptabilite.models import Compte
from payments.demo.loading import POPULATION, NotADemonstration
from payments.models import Boutique
from payments.models.boutique import Platform
from rapprochement.models import CompteBancaire

#: The sandbox's bank, copied: nothing of ours imports it (a test compares the two).
_BANK, _BRANCH = "99999", "00001"
_LEDGER_ACCOUNT: Final = "5121"


def demo_iban(site_id: str) -> str:
    """The IBAN of a shop's account at a bank that does not exist, with right keys."""
    account = f"{site_id:0>11}"
    key = 97 - (89 * int(_BANK) + 15 * int(_BRANCH) + 3 * int(account)) % 97
    bban = f"{_BANK}{_BRANCH}{account}{key:02d}"
    return f"FR{98 - int(f'{bban}152700') % 97:02d}{bban}"


def load_demo_accounts() -> int:
    """Declare the account of each demonstration fund that has none; returns how many.

    Raises ``NotADemonstration`` unless ``settings.DEMO``.
    """
    if not settings.DEMO:
        raise NotADemonstration("settings.DEMO is not true: this portal takes no invented bank.")
    with national_scope():
        shops = (
            Boutique.objects.in_service()
            .filter(caisse__code__in=POPULATION, platform=Platform.PAYZEN)
            .exclude(caisse__in=CompteBancaire.objects.values("caisse"))
        )
        comptes = {
            compte.caisse_id: compte for compte in Compte.objects.filter(number=_LEDGER_ACCOUNT)
        }
        accounts = [
            CompteBancaire(
                caisse_id=shop.caisse_id,
                iban=demo_iban(shop.site_id),
                label="Banque d’essai",
                compte=comptes[shop.caisse_id],
            )
            for shop in shops
            if shop.caisse_id in comptes
        ]
        return len(CompteBancaire.objects.bulk_create(accounts))
