"""How the work list is cut: open or settled, whose, how old."""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comptabilite.anomaly_queries import late_lines, opened_before


class OpenFilter(admin.SimpleListFilter):
    """The open ones unless something else is asked: that is the work."""

    title = _("suite")
    parameter_name = "suite"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Open or settled, or both."""
        return [("ouvertes", _("Ouvertes")), ("reglees", _("Réglées")), ("toutes", _("Toutes"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The chosen ones."""
        if self.value() == "toutes":
            return queryset
        return queryset.filter(settled_at__isnull=self.value() != "reglees")

    def choices(self, changelist: ChangeList) -> Iterator[dict[str, Any]]:
        """Without « all » twice: nothing chosen means the open ones."""
        chosen = self.value() or "ouvertes"
        for value, display in self.lookup_choices:
            yield {
                "selected": value == chosen,
                "query_string": changelist.get_query_string({self.parameter_name: value}),
                "display": display,
            }


class OwnerFilter(admin.SimpleListFilter):
    """Whose they are."""

    title = _("suivi")
    parameter_name = "suivi"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Mine, nobody's, the others'."""
        return [("moi", _("Par moi")), ("personne", _("Par personne")), ("autres", _("D’autres"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The chosen ones."""
        if self.value() == "moi":
            return queryset.filter(owner=request.user.pk)
        if self.value() == "personne":
            return queryset.filter(owner__isnull=True)
        if self.value() == "autres":
            return queryset.filter(owner__isnull=False).exclude(owner=request.user.pk)
        return queryset


class AgeFilter(admin.SimpleListFilter):
    """How long they have waited, in days of Paris."""

    title = _("ancienneté")
    parameter_name = "age"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Late for their kind, or older than so many days."""
        return [
            ("retard", _("En retard")),
            ("7", _("Plus de 7 jours")),
            ("30", _("Plus de 30 jours")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The chosen ones."""
        now = timezone.now()
        if self.value() == "retard":
            return queryset.filter(late_lines(now))
        if self.value() in {"7", "30"}:
            return queryset.filter(opened_at__lt=opened_before(int(self.value()), now))
        return queryset
