"""Whose a file is: the bank account or the shop that it names, among those in the scope.

What the scope does not show is unknown, in the same words as what does not exist.
"""

from collections.abc import Sequence

from django.conf import settings
from django.db.models.functions import Substr
from django.utils.translation import gettext as _

from payments.models import Boutique
from payments.models.boutique import Platform
from rapprochement.models import CompteBancaire
from rapprochement.readers.bank.accounts import normalised, rib_of
from rapprochement.readers.bank.statement import BankStatement
from rapprochement.readers.gateway.file import GatewayFile
from rapprochement.services.file_refusals import FileRefused


def accounts_of(statements: Sequence[BankStatement]) -> dict[str, CompteBancaire]:
    """Each account that the statements name, all of one fund and in service.

    Raises ``FileRefused``.
    """
    found = {each.account: _account(each.account) for each in statements}
    if len({account.caisse_id for account in found.values()}) > 1:
        raise FileRefused(
            _(
                "Ce fichier contient les relevés de plusieurs caisses. Demandez à la banque un "
                "fichier par caisse."
            )
        )
    return found


def shop_of(file: GatewayFile) -> Boutique:
    """The shop whose site and mode the file's name tells. Raises ``FileRefused``."""
    if file.mode != settings.PAYZEN_MODE:
        raise FileRefused(
            _("Ce journal est du mode %(mode)s : ce portail ne lit que le mode %(ours)s.")
            % {"mode": file.mode.value, "ours": settings.PAYZEN_MODE}
        )
    shop = Boutique.objects.filter(
        site_id=file.site_id, mode=file.mode.value, platform=Platform.PAYZEN
    ).first()
    if shop is None:
        raise FileRefused(
            _(
                "La boutique %(site)s (mode %(mode)s) n’est pas connue. Déclarez d’abord la "
                "boutique, ou vérifiez le nom du fichier."
            )
            % {"site": file.site_id, "mode": file.mode.value}
        )
    return shop


def _account(name: str) -> CompteBancaire:
    known = CompteBancaire.objects.filter(iban=normalised(name))
    if not name[:2].isalpha() and (rib := rib_of(name)) is not None:
        french = CompteBancaire.objects.filter(iban__regex="^(FR|MC)")
        known = french.annotate(rib=Substr("iban", 5, 21)).filter(rib=rib)
    account = known.first()
    if account is None:
        raise FileRefused(
            _(
                "Le compte bancaire qui finit par %(end)s n’est pas connu. Déclarez d’abord le "
                "compte, puis déposez de nouveau ce fichier."
            )
            % {"end": name[-4:]}
        )
    if not account.active:
        raise FileRefused(
            _(
                "Le compte bancaire %(account)s n’est plus en service. Remettez-le en service, "
                "puis déposez de nouveau ce fichier."
            )
            % {"account": account},
            caisse_id=account.caisse_id,
        )
    return account
