"""Accounts and journals of each fund."""

from caisses.admin.base import PortalAdmin
from caisses.sites import BOTH_SITES
from comptabilite.models import Compte, Journal


class CompteAdmin(PortalAdmin):
    """Read-only."""

    caisse_position = 0
    list_display = ("number", "label")
    search_fields = ("number__startswith",)
    ordering = ("caisse_id", "number")


class JournalAdmin(PortalAdmin):
    """Read-only."""

    caisse_position = 0
    list_display = ("code", "label")
    search_fields = ("=code",)
    ordering = ("caisse_id", "code")


for site in BOTH_SITES:
    site.register(Compte, CompteAdmin)
    site.register(Journal, JournalAdmin)
