"""A filter by fund that stays small with 101 of them: a list to choose from, without script."""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from caisses.models import Caisse
from caisses.perms import rights_of


class CaisseFilter(admin.SimpleListFilter):
    """Rows of one fund, among those that the agent may see."""

    title = _("caisse")
    parameter_name = "caisse"
    template = "admin/caisse_filter.html"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """The agent's funds, by code."""
        rights = rights_of(request.user)
        caisses = Caisse.objects.order_by("code")
        if not rights.national:
            caisses = caisses.filter(pk__in=rights.caisse_ids)
        return [(code, f"{code} {nom}") for code, nom in caisses.values_list("code", "nom")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The rows of the chosen fund; an unknown code shows none."""
        if self.value() is None:
            return queryset
        chosen = Caisse.objects.filter(code=self.value()).values_list("pk", flat=True)
        return queryset.filter(caisse_id__in=list(chosen))

    def choices(self, changelist: ChangeList) -> Iterator[dict[str, Any]]:
        """What the template lists; ``kept`` are the other parameters of the page."""
        kept = [
            (name, value)
            for name, value in changelist.get_filters_params().items()
            if name != self.parameter_name
        ]
        if changelist.query:
            kept.append(("q", changelist.query))
        yield {"value": "", "display": _("Toutes"), "selected": self.value() is None, "kept": kept}
        for value, display in self.lookup_choices:
            yield {"value": value, "display": display, "selected": value == self.value()}
