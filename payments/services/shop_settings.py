"""Changes of a shop's secrets, and its guarded opening for real money."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from caisses.models import Agent
from payments.gateways.base import GatewayError, GatewayRefused
from payments.gateways.choose import FORMER_SIGNATURE_LASTS, gateway_of
from payments.models import Boutique
from payments.models.boutique import Mode


class ShopRefused(Exception):
    """The shop cannot be changed so; ``str()`` is a sentence for the administrator."""


class SamePerson(ShopRefused):
    """Whoever asked to open a shop for real money does not approve it."""


class NotConfirmed(ShopRefused):
    """The shop's number was not typed again as it is."""


class WrongMode(ShopRefused):
    """The portal does not talk to shops of this mode."""


class KeysDoNotWork(ShopRefused):
    """The platform does not accept the shop's secrets, or could not be asked."""


@transaction.atomic
def change_signature(*, boutique: Boutique, key: str, algorithm: str, now: datetime) -> Boutique:
    """Sign with another key or algorithm from now on, and keep the former ones for 24 hours.

    The platform does the same (sheet B): messages signed before the change are still on their
    way. The key changed and the algorithm a little later keep both former ones. Called with what
    is already in force, it changes nothing.
    """
    shop = _locked(boutique)
    if (shop.key, shop.algorithm) == (key, algorithm):
        return shop
    changed_at = shop.signature_changed_at
    lately = changed_at is not None and now - changed_at <= FORMER_SIGNATURE_LASTS
    if key != shop.key or not lately:
        shop.former_key = shop.key
    if algorithm != shop.algorithm or not lately:
        shop.former_algorithm = shop.algorithm
    shop.key, shop.algorithm = key, algorithm
    shop.signature_changed_at = now
    shop.save(
        update_fields=[
            "key",
            "algorithm",
            "former_key",
            "former_algorithm",
            "signature_changed_at",
        ]
    )
    return shop


@transaction.atomic
def ask_opening(*, boutique: Boutique, agent: Agent, now: datetime) -> Boutique:
    """Ask that a shop of the portal's mode, not in service yet, be opened."""
    shop = _locked(boutique)
    _refuse_mode(shop)
    if shop.active:
        raise ShopRefused(_("Cette boutique est déjà en service."))
    shop.opening_asked_by, shop.opening_asked_at = agent, now
    shop.save(update_fields=["opening_asked_by", "opening_asked_at"])
    return shop


def check_keys(*, boutique: Boutique) -> None:
    """Ask the platform whether the shop's REST password works in its mode (Charge/SDKTest).

    Must not run inside a transaction: it waits on a network. Raises ``KeysDoNotWork``.
    """
    try:
        gateway_of(boutique).check_access()
    except GatewayRefused as error:
        raise KeysDoNotWork(
            _("La plateforme refuse le mot de passe de cette boutique (%(code)s).")
            % {"code": error.code}
        ) from error
    except GatewayError as error:
        raise KeysDoNotWork(
            _("La plateforme n’a pas répondu : réessayez dans quelques minutes.")
        ) from error


@transaction.atomic
def approve_opening(
    *, boutique: Boutique, agent: Agent, typed_number: str, now: datetime
) -> Boutique:
    """Put a shop in service: another person than the asker, who types its number again.

    The fund's shop in service so far is put out of it in the same transaction. The caller has
    just seen ``check_keys`` succeed. Raises a ``ShopRefused``.
    """
    shop = _locked(boutique)
    _refuse_mode(shop)
    if shop.opening_asked_by_id is None:
        raise ShopRefused(_("Personne n’a demandé l’ouverture de cette boutique."))
    if shop.opening_asked_by_id == agent.pk:
        raise SamePerson(_("Une autre personne que le demandeur doit ouvrir cette boutique."))
    if typed_number.strip() != shop.site_id:
        raise NotConfirmed(_("Tapez le numéro de la boutique pour confirmer."))
    Boutique.objects.filter(caisse_id=shop.caisse_id, mode=shop.mode, active=True).update(
        active=False
    )
    shop.active = True
    shop.opened_by, shop.opened_at = agent, now
    shop.save(update_fields=["active", "opened_by", "opened_at"])
    return shop


def _locked(boutique: Boutique) -> Boutique:
    return Boutique.objects.select_for_update(of=("self",), no_key=True).get(pk=boutique.pk)


def _refuse_mode(shop: Boutique) -> None:
    if shop.mode != settings.PAYZEN_MODE:
        raise WrongMode(
            _("Ce portail est en mode %(portal)s : une boutique %(shop)s ne peut pas y servir.")
            % {"portal": settings.PAYZEN_MODE, "shop": Mode(shop.mode).label}
        )
