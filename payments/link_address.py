"""The address of a payment link: the fund's code and the link's identifier, signed together.

The signature makes addresses that cannot be guessed nor altered, and lets the portal know which
fund to look into before anything was read.
"""

from uuid import UUID

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse

from payments.models import PaymentLink

_SIGNER = {"sep": ".", "salt": "payments.link"}
_CODE = 3


class NotALink(Exception):
    """The address was not made by this portal."""


def token_of(link: PaymentLink) -> str:
    """What stands for the link in an address; always the same one."""
    return Signer(**_SIGNER).sign(f"{link.caisse.code}{link.public_id.hex}")


def read_token(token: str) -> tuple[str, UUID]:
    """Code of the fund and identifier of the link. Raises ``NotALink``."""
    try:
        text = Signer(**_SIGNER).unsign(token)
        return text[:_CODE], UUID(hex=text[_CODE:])
    except (BadSignature, ValueError) as error:
        raise NotALink from error


def path_of(link: PaymentLink) -> str:
    """The path of the link's page on this portal."""
    return reverse("payments:link", args=[token_of(link)])


def address_of(link: PaymentLink) -> str:
    """The whole address, to be sent, copied or drawn."""
    return f"{settings.PORTAL_URL}{path_of(link)}"
