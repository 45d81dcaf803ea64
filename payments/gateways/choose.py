"""Which gateway serves a shop: the one place where a platform is named."""

from django.conf import settings

from payments.gateways.base import Gateway
from payments.gateways.payzen.gateway import PayZenGateway
from payments.gateways.payzen.shop import Shop
from payments.models import Boutique


def shop_of(boutique: Boutique) -> Shop:
    """The shop's identity and secrets, for those who sign and verify."""
    return Shop(
        site_id=boutique.site_id,
        mode=boutique.mode,
        algorithm=boutique.algorithm,
        key=boutique.key,
        rest_password=boutique.rest_password,
    )


def gateway_of(boutique: Boutique) -> Gateway:
    """The gateway that takes this shop's payments."""
    return PayZenGateway(
        shop=shop_of(boutique),
        form_url=settings.PAYZEN_FORM_URL,
        rest_url=settings.PAYZEN_REST_URL,
    )
