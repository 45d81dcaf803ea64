"""Who calls: a fund's software, by its key, in the header Authorization."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied, Throttled
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from echanges.services.keys import Caller, KeyRefused, TooManyCalls, recognise

_SCHEME = "bearer"


class KeyAuthentication(BaseAuthentication):
    """``Authorization: Bearer <prefix>.<secret>``; the caller is then ``request.auth``."""

    def authenticate(self, request: Request) -> tuple[AnonymousUser, Caller] | None:
        """Nobody without the header; 401 for a key that opens nothing, 429 past its calls."""
        scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != _SCHEME:
            return None
        try:
            return AnonymousUser(), recognise(token=token.strip(), now=timezone.now())
        except KeyRefused as error:
            raise AuthenticationFailed(str(error), code=error.code) from error
        except TooManyCalls as error:
            raise Throttled(wait=error.wait) from error

    def authenticate_header(self, request: Request) -> str:
        """What makes DRF answer 401 rather than 403."""
        return "Bearer"


class HasKey(BasePermission):
    """Lets any key read, and a key that may write, write."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """False without a key (401); 403 for a key that only reads, with its own words."""
        caller = request.auth
        if not isinstance(caller, Caller):
            return False
        if request.method in SAFE_METHODS or caller.may_write:
            return True
        raise PermissionDenied(
            _("Cette clé ne permet que de lire : il faut une clé qui peut envoyer des dettes."),
            code="key_reads_only",
        )


class KeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """The key, in the OpenAPI document."""

    target_class = "echanges.api.authentication.KeyAuthentication"
    name = "fundKey"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """A bearer token."""
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "A fund's key, made in the agents' administration and shown once.",
        }
