"""Lists whose address may say anything: a value that no column holds is not our failure."""

from typing import Any

from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.db import DataError
from django.db.models import QuerySet
from django.http import HttpRequest

#: A year of forty digits, an instant before all time in Paris, a number beyond its column.
_IMPOSSIBLE = (OverflowError, ValueError, DataError)


class CarefulChangeList(ChangeList):
    """Sends back to the plain list, as Django does for other parameters that it cannot read."""

    def get_queryset(self, request: HttpRequest, *args: Any, **kwargs: Any) -> QuerySet[Any]:
        """The rows asked for; raises ``IncorrectLookupParameters``, which the list expects."""
        try:
            return super().get_queryset(request, *args, **kwargs)
        except _IMPOSSIBLE as error:
            raise IncorrectLookupParameters(error) from error

    def get_results(self, request: HttpRequest) -> None:
        """Count them and take a page, likewise: some values are refused only then."""
        try:
            super().get_results(request)
        except _IMPOSSIBLE as error:
            raise IncorrectLookupParameters(error) from error
