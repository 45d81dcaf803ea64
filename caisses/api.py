"""Base of the agents' read-only API: never beyond their funds."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from rest_framework.viewsets import ReadOnlyModelViewSet

from caisses.perms import rights_of


@method_decorator(never_cache, name="dispatch")
class FundsViewSet(ReadOnlyModelViewSet):
    """A list and a page each, by public identifier; no browser and no proxy keeps them."""

    lookup_field = "public_id"
    lookup_value_converter = "uuid"
    http_method_names: ClassVar[list[str]] = ["get", "head", "options"]

    def get_queryset(self) -> QuerySet[Any]:
        """Rows of the caller's funds: the second lock, behind row-level security."""
        return super().get_queryset().visible_to(rights_of(self.request.user))
