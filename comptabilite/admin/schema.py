"""Schemes of accounts, with their rules."""

from caisses.admin.base import PortalAdmin, ReadOnlyInline
from caisses.sites import BOTH_SITES
from comptabilite.models import RegleComptable, SchemaComptable


class RegleInline(ReadOnlyInline):
    """One event, one family: which accounts."""

    model = RegleComptable
    fields = ("event", "famille", "journal", "debit", "credit")
    readonly_fields = fields
    related = ("journal", "debit", "credit")
    ordering = ("pk",)


class SchemaAdmin(PortalAdmin):
    """Read-only."""

    list_display = ("label", "effective_on")
    list_filter = ("effective_on",)
    search_fields = ("=caisse__code",)
    ordering = ("caisse_id", "-effective_on")
    inlines = (RegleInline,)


for site in BOTH_SITES:
    site.register(SchemaComptable, SchemaAdmin)
