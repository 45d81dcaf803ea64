"""HTTP Basic: the shop's id and its REST password."""

import base64
import binascii
import hmac

from django.http import HttpRequest

from payzen_sandbox.rest.envelope import BadCredentials
from payzen_sandbox.shops import Shop, find_shop


def authenticated_shop(request: HttpRequest) -> Shop:
    """The shop of the Authorization header. Raises BadCredentials."""
    scheme, _space, encoded = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "basic":
        raise BadCredentials
    try:
        text = base64.b64decode(encoded, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError) as error:
        raise BadCredentials from error
    site_id, _colon, password = text.partition(":")
    shop = find_shop(site_id)
    if shop is None or not hmac.compare_digest(shop.rest_password.encode(), password.encode()):
        raise BadCredentials
    return shop
