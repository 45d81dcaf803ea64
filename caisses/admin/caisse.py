"""The list of the 101 funds, for national administrators."""

from django.contrib import admin

from caisses.admin.base import PortalAdmin
from caisses.models import Caisse
from caisses.sites import national_site


@admin.register(Caisse, site=national_site)
class CaisseAdmin(PortalAdmin):
    """Read-only: the funds come from the project's own file (``load_caisses``)."""

    caisse_position = None
    list_display = ("code", "nom", "departement_nom", "region", "code_certainty")
    list_filter = ("code_certainty", "region")
    search_fields = ("=code", "nom__istartswith", "departement_nom__istartswith", "=siren")
    ordering = ("code",)
    list_per_page = 101
