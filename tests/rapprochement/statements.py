"""Bank accounts, shops and files of statements for the tests of this application."""

from datetime import UTC, datetime
from typing import Any

from caf_portal.database.scope import national_scope
from caisses.models import Caisse
from caisses.perms import Rights
from comptabilite.models import Compte
from payments.models import Boutique
from rapprochement.models import CompteBancaire, FichierReleve
from rapprochement.models.files import Arrivee
from rapprochement.services.receiving import receive_file
from tests.rapprochement.readers.bank_statements import IBAN

NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
#: Another account of the same bank, with a right key.
OTHER_IBAN = "FR7630006000019876543210173"


def account_of(code: str, *, iban: str = IBAN, **more: Any) -> CompteBancaire:
    """A bank account of a fund."""
    with national_scope():
        compte = Compte.objects.get(caisse__code=code, number="5121")
        return CompteBancaire.objects.create(
            caisse_id=compte.caisse_id, iban=iban, label="Banque", compte=compte, **more
        )


def shop_of(code: str) -> Boutique:
    """The TEST shop of a fund on PayZen."""
    with national_scope():
        return Boutique.objects.get(caisse__code=code, mode="TEST", platform="PAYZEN")


def fund(code: str) -> Caisse:
    """One of the 101."""
    return Caisse.objects.get(code=code)


def rights_on(*codes: str) -> Rights:
    """Those of an agent of these funds."""
    return Rights(False, frozenset(fund(code).pk for code in codes))


def received(
    content: bytes, filename: str = "releve.txt", *, code: str = "", **more: Any
) -> FichierReleve:
    """A file as the exchange folder brings it, or as an agent of ``code`` does."""
    said: dict[str, Any] = {"arrivee": Arrivee.DOSSIER, "now": NOW}
    if code:
        said = {"arrivee": Arrivee.DEPOT, "now": NOW, "rights": rights_on(code)}
    return receive_file(content=content, filename=filename, **(said | more))
