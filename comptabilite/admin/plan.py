"""Accounts and journals of each fund, under the names of the version in force."""

from typing import Any

from django.contrib import admin
from django.db.models import F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from caf_portal.paris import paris_date
from caisses.admin.base import PortalAdmin
from caisses.sites import BOTH_SITES
from comptabilite.models import Compte, CompteSchema, Journal, JournalSchema
from comptabilite.models.schema import SchemaStatus


def _named(rows: QuerySet[Any], names: QuerySet[Any]) -> QuerySet[Any]:
    """Each row with ``name``: the one of the version in force today (Paris), or its first one."""
    in_force = names.filter(
        schema__status=SchemaStatus.ADOPTE,
        schema__effective_on__lte=paris_date(timezone.now()),
    ).order_by("-schema__effective_on")
    return rows.annotate(name=Coalesce(Subquery(in_force.values("label")[:1]), F("label")))


class NamedAdmin(PortalAdmin):
    """Read-only: accounts and journals are opened, and named, in a draft of the scheme."""

    caisse_position = 0

    @admin.display(description=_("libellé"))
    def libelle(self, obj: Any) -> str:
        """What it is called today."""
        return str(obj.name)

    @admin.display(description=_("libellé à l’ouverture"))
    def premier(self, obj: Any) -> str:
        """What it was called first."""
        return str(obj.label)


class CompteAdmin(NamedAdmin):
    """A number for ever; a name of the version in force."""

    list_display = ("number", "libelle")
    fields = ("caisse", "number", "libelle", "premier")
    readonly_fields = ("libelle", "premier")
    search_fields = ("number__startswith",)
    ordering = ("caisse_id", "number")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """With today's names."""
        return _named(
            super().get_queryset(request), CompteSchema.objects.filter(compte=OuterRef("pk"))
        )


class JournalAdmin(NamedAdmin):
    """A code for ever; a name of the version in force."""

    list_display = ("code", "libelle")
    fields = ("caisse", "code", "libelle", "premier")
    readonly_fields = ("libelle", "premier")
    search_fields = ("=code",)
    ordering = ("caisse_id", "code")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """With today's names."""
        return _named(
            super().get_queryset(request), JournalSchema.objects.filter(journal=OuterRef("pk"))
        )


for site in BOTH_SITES:
    site.register(Compte, CompteAdmin)
    site.register(Journal, JournalAdmin)
