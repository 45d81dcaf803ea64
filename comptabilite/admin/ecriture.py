"""Écritures, with their lines."""

from django.contrib import admin
from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from caf_portal.money import format_euros
from caisses.admin.base import PortalAdmin, ReadOnlyInline, moment
from caisses.sites import BOTH_SITES
from comptabilite.models import Ecriture, Ligne


class LigneInline(ReadOnlyInline):
    """The lines, in order."""

    model = Ligne
    fields = ("position", "compte", "auxiliaire", "label", "debit", "credit")
    readonly_fields = fields
    related = ("compte",)
    ordering = ("position",)

    @admin.display(description=_("débit"))
    def debit(self, obj: Ligne) -> str:
        """In euros; nothing on a credit line."""
        return format_euros(obj.debit_cents) if obj.debit_cents else ""

    @admin.display(description=_("crédit"))
    def credit(self, obj: Ligne) -> str:
        """In euros; nothing on a debit line."""
        return format_euros(obj.credit_cents) if obj.credit_cents else ""


class EcritureAdmin(PortalAdmin):
    """Read-only: the journal only grows."""

    list_display = ("piece", "jour", "journal_code", "event", "label")
    list_filter = ("accounting_on", "event")
    list_select_related = ("journal",)
    search_fields = ("=piece",)
    search_help_text = _("Référence entière de la pièce (celle du paiement).")
    ordering = ("-pk",)
    inlines = (LigneInline,)
    readonly_fields = ("total",)
    fields = (
        "caisse",
        "journal",
        "event",
        "piece",
        "label",
        "accounting_on",
        "recorded_at",
        "source_id",
        "reverses",
        "total",
    )

    jour = moment("accounting_on", _("date comptable"))

    @admin.display(description=_("journal"))
    def journal_code(self, obj: Ecriture) -> str:
        """The journal, by its code."""
        return obj.journal.code

    @admin.display(description=_("total"))
    def total(self, obj: Ecriture) -> str:
        """Sum of the debits, which is that of the credits."""
        return format_euros(obj.lignes.aggregate(total=Sum("debit_cents"))["total"] or 0)


for site in BOTH_SITES:
    site.register(Ecriture, EcritureAdmin)
