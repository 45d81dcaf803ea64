"""What the addresses for the funds' software share."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.http import HttpResponse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from rest_framework.views import APIView

from caf_portal.database.own_transactions import own_transactions
from echanges.api.authentication import HasKey, KeyAuthentication
from echanges.services.keys import Caller


@method_decorator(never_cache, name="dispatch")
class KeyView(APIView):
    """By key only. Its methods open the scope of the key's fund themselves, and no other one."""

    authentication_classes: ClassVar[list[Any]] = [KeyAuthentication]
    permission_classes: ClassVar[list[Any]] = [HasKey]
    problems: ClassVar[dict[int, str]] = {
        401: "No key, or a key that is unknown, revoked or expired.",
        429: "Too many calls in this minute; the header Retry-After says how long to wait.",
    }

    @classmethod
    def as_view(cls, **initkwargs: Any) -> Callable[..., HttpResponse]:
        """Outside the transaction that wraps the pages: a lot commits before it is answered."""
        return own_transactions(super().as_view(**initkwargs))

    @property
    def caller(self) -> Caller:
        """Whose key it is."""
        caller = self.request.auth
        assert isinstance(caller, Caller)  # noqa: S101 - HasKey let nobody else in
        return caller
