"""Bank accounts of a fund: declared once, then only described otherwise."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from caisses.models import Agent
from caisses.perms import rights_of
from rapprochement.models import CompteBancaire


class AccountRefused(Exception):
    """The account cannot be declared or changed; ``str()`` is a sentence for the agent."""


def save_account(*, agent: Agent, account: CompteBancaire) -> CompteBancaire:
    """Declare an account, or change what is said of one, in the agent's scope.

    For the accountants of its fund and national agents. An IBAN is of one fund only, and neither
    it nor the fund changes afterwards: statements hang on it. Raises ``AccountRefused``.
    """
    rights = rights_of(agent)
    if not (rights.national or account.caisse_id in rights.comptable_ids):
        raise AccountRefused(_("Seul un comptable de la caisse peut déclarer ses comptes."))
    try:
        with transaction.atomic():
            if account.pk is None:
                account.save(force_insert=True)
            else:
                account.save(
                    update_fields=["label", "compte", "expected_daily", "transit_days", "active"]
                )
    except IntegrityError as error:
        if "compte_bancaire_once" not in str(error):
            raise
        raise AccountRefused(_("Ce compte est déjà déclaré : un IBAN ne l’est qu’une fois.")) from (
            error
        )
    return account
