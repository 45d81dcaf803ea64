"""Chargebacks, to read: what they did is on the payment's page."""

from typing import Any, ClassVar

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from caisses.admin.base import PortalAdmin, euros, moment
from caisses.admin.filter_titles import dated
from caisses.sites import BOTH_SITES
from rapprochement.models import Impaye


class ImpayeAdmin(PortalAdmin):
    """What the bank of whoever paid took back, and what became of it."""

    list_display = ("repris_le", "montant", "etat", "payment", "reason", "enregistrement")
    list_filter = ("status", dated("charged_on", _("date de reprise")))
    list_select_related: ClassVar[Any] = ("payment",)
    search_fields = ("=payment__reference", "=plateforme__order_reference")
    search_help_text = _("Référence du paiement, entière.")
    ordering = ("-pk",)
    fields = (
        *("caisse", "charged_on", "montant", "reason", "etat", "paiement", "plateforme"),
        "enregistrement",
    )
    readonly_fields = ("montant", "etat", "enregistrement", "paiement")

    montant = euros("amount_cents", _("montant"))
    repris_le = moment("charged_on", _("repris le"))
    enregistrement = moment("recorded_at", _("enregistré le"))

    @admin.display(description=_("état"), ordering="status")
    def etat(self, obj: Impaye) -> str:
        """In words."""
        return obj.get_status_display()

    @admin.display(description=_("paiement"))
    def paiement(self, obj: Impaye) -> SafeString | str:
        """Where its timeline, its debts and its écritures are."""
        if obj.payment is None:
            return str(_("inconnu du portail"))
        address = reverse(
            "admin:payments_payment_change", args=[obj.payment.pk], current_app=self.admin_site.name
        )
        return format_html('<a href="{}">{}</a>', address, obj.payment)


for site in BOTH_SITES:
    site.register(Impaye, ImpayeAdmin)
