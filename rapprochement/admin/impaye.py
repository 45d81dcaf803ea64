"""Chargebacks: what they did is on the payment's page, what waits is booked by an accountant."""

from typing import Any, ClassVar

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from caisses.admin.base import euros, moment
from caisses.admin.filter_titles import dated
from caisses.sites import BOTH_SITES
from rapprochement.admin.impaye_booking import BookingPages
from rapprochement.models import Impaye


class ImpayeAdmin(BookingPages):
    """What the bank of whoever paid took back, or gave back since, and what became of it."""

    list_display = ("repris_le", "sens", "montant", "etat", "payment", "reason", "enregistrement")
    list_filter = ("status", dated("charged_on", _("date de reprise")))
    list_select_related: ClassVar[Any] = ("payment", "plateforme", "suite")
    search_fields = ("=payment__reference", "=plateforme__order_reference")
    search_help_text = _("Référence du paiement, entière.")
    ordering = ("-pk",)
    fields = (
        *("caisse", "repris_le", "sens", "montant", "reason", "etat", "paiement", "plateforme"),
        "enregistrement",
    )
    readonly_fields = ("repris_le", "sens", "montant", "etat", "enregistrement", "paiement")

    montant = euros("amount_cents", _("montant"))
    repris_le = moment("charged_on", _("jour"))
    enregistrement = moment("recorded_at", _("enregistré le"))

    @admin.display(description=_("état"), ordering="status")
    def etat(self, obj: Impaye) -> str:
        """In words: of what waited for an accountant, what was booked."""
        booked = getattr(obj, "suite", None)
        return booked.get_kind_display() if booked else obj.get_status_display()

    @admin.display(description=_("sens"))
    def sens(self, obj: Impaye) -> str:
        """Whether the bank took the money or gave it back."""
        return str(_("rendu") if obj.is_given_back else _("repris"))

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
