"""Which gateway serves a shop: the one place where a platform is named."""

from datetime import datetime, timedelta
from itertools import product

from django.conf import settings

from payments.gateways.base import Gateway, Result
from payments.gateways.payfip.account import Account
from payments.gateways.payfip.gateway import PayFiPGateway
from payments.gateways.payzen.codes import result_of
from payments.gateways.payzen.gateway import PayZenGateway
from payments.gateways.payzen.shop import FormSettings, Shop
from payments.models import Boutique
from payments.models.boutique import Platform

#: How long the platform, and we, accept the former signature after a change (sheet B).
FORMER_SIGNATURE_LASTS = timedelta(hours=24)


def shop_of(boutique: Boutique, *, now: datetime | None = None) -> Shop:
    """The shop's identity and secrets, for those who sign and verify.

    With ``now``, a key or an algorithm in force until less than 24 hours ago is accepted too.
    """
    return Shop(
        site_id=boutique.site_id,
        mode=boutique.mode,
        algorithm=boutique.algorithm,
        key=boutique.key,
        rest_password=boutique.rest_password,
        former_signatures=_former_signatures(boutique, now),
        form=_form_settings(boutique),
    )


def gateway_of(boutique: Boutique) -> Gateway:
    """The gateway that takes this shop's payments: each fund's shop in service says which."""
    if boutique.platform == Platform.PAYFIP:
        return PayFiPGateway(
            account=Account(number=boutique.site_id, mode=boutique.mode),
            service_url=settings.PAYFIP_SERVICE_URL,
            payment_url=settings.PAYFIP_PAYMENT_URL,
        )
    return PayZenGateway(
        shop=shop_of(boutique),
        form_url=settings.PAYZEN_FORM_URL,
        rest_url=settings.PAYZEN_REST_URL,
    )


def result_said(gateway_status: str) -> Result:
    """Our word for what a platform last said of a transaction, as it was kept."""
    return result_of(gateway_status)


def _form_settings(boutique: Boutique) -> FormSettings:
    return FormSettings(
        payment_cards=boutique.payment_cards,
        theme_config=boutique.theme_config,
        threeds=boutique.threeds,
        validation_mode=boutique.validation_mode,
        capture_delay_days=boutique.capture_delay_days,
        return_mode=boutique.return_mode,
        redirect_success_seconds=boutique.redirect_success_seconds,
        redirect_error_seconds=boutique.redirect_error_seconds,
    )


def _former_signatures(boutique: Boutique, now: datetime | None) -> tuple[tuple[str, str], ...]:
    changed_at = boutique.signature_changed_at
    if now is None or changed_at is None or now - changed_at > FORMER_SIGNATURE_LASTS:
        return ()
    keys = (boutique.key, boutique.former_key)
    algorithms = (boutique.algorithm, boutique.former_algorithm)
    now_in_force = (boutique.key, boutique.algorithm)
    return tuple(pair for pair in product(keys, algorithms) if all(pair) and pair != now_in_force)
