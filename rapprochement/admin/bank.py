"""Statements of the bank and their lines, to read."""

from typing import Any, ClassVar

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from caisses.admin.base import PortalAdmin, euros, moment
from caisses.sites import BOTH_SITES
from rapprochement.admin.imputing import ImputingPages
from rapprochement.models import LigneBanque, Releve


class ReleveAdmin(PortalAdmin):
    """A statement: two balances, and what moved between them."""

    list_display = ("__str__", "compte_bancaire", "sequence", "depart", "arrivee")
    list_filter = ("last_on",)
    list_select_related: ClassVar[Any] = ("compte_bancaire",)
    ordering = ("-pk",)
    fields = (
        *("caisse", "compte_bancaire", "fichier", "rank", "sequence", "first_on", "last_on"),
        *("depart", "arrivee", "mouvements"),
    )
    readonly_fields = ("depart", "arrivee", "mouvements")

    depart = euros("opening_cents", _("solde de départ"))
    arrivee = euros("closing_cents", _("solde d’arrivée"))

    @admin.display(description=_("mouvements"))
    def mouvements(self, obj: Releve) -> SafeString:
        """Its lines, as a list."""
        address = reverse(
            "admin:rapprochement_lignebanque_changelist", current_app=self.admin_site.name
        )
        return format_html(
            '<a href="{}?releve__id__exact={}">{}</a>', address, obj.pk, _("Lignes du relevé")
        )


class LigneBanqueAdmin(ImputingPages):
    """A line of a statement, in the bank's words."""

    list_display = ("jour", "label", "montant", "reference", "code", "releve")
    list_display_links = ("jour", "label")
    list_filter = ("booked_on",)
    list_select_related: ClassVar[Any] = ("releve",)
    search_fields = ("label", "=reference")
    search_help_text = _("Libellé, ou référence entière.")
    ordering = ("-pk",)
    fields = (
        *("caisse", "releve", "rank", "booked_on", "value_on", "montant", "code", "label"),
        *("reference", "details"),
    )
    readonly_fields = ("montant",)

    jour = moment("booked_on", _("date comptable"))
    montant = euros("amount_cents", _("montant"))


for site in BOTH_SITES:
    site.register(Releve, ReleveAdmin)
    site.register(LigneBanque, LigneBanqueAdmin)
