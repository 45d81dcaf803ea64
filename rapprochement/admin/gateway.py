"""Lines of the platform's files and its remittances, to read."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from caisses.admin.base import PortalAdmin, euros, moment
from caisses.sites import BOTH_SITES
from rapprochement.models import LignePlateforme, Remise


class LignePlateformeAdmin(PortalAdmin):
    """A line of a JT, JO, JRB or JRI file, and what it does to the fund's money."""

    list_display = (
        *("jour", "nature", "trans_id", "order_reference", "operation", "status", "montant"),
    )
    list_display_links = ("jour", "trans_id")
    list_filter = ("kind", "day_on")
    search_fields = ("=order_reference", "=trans_id", "=transaction_uuid")
    search_help_text = _("Commande, numéro ou identifiant de transaction, entiers.")
    ordering = ("-pk",)
    fields = (
        *("caisse", "fichier", "boutique", "kind", "rank", "day_on", "instant", "trans_id"),
        *("transaction_uuid", "parent_uuid", "order_reference", "operation", "status", "montant"),
        *("frais", "remise", "reason"),
    )
    readonly_fields = ("montant", "frais", "instant")

    montant = euros("amount_cents", _("montant"))
    frais = euros("fee_cents", _("frais"))
    instant = moment("happened_at", _("faite le"))
    jour = moment("day_on", _("jour"))

    @admin.display(description=_("nature"), ordering="kind")
    def nature(self, obj: LignePlateforme) -> str:
        """The code, which agents know, and which leaves room for the rest."""
        return str(obj.kind)


class RemiseAdmin(PortalAdmin):
    """A remittance: what the platform says it gave the bank."""

    list_display = ("number", "remise_le", "operations", "brut", "frais", "net")
    list_filter = ("remitted_on",)
    search_fields = ("=number",)
    search_help_text = _("Numéro de remise, entier.")
    ordering = ("-pk",)
    fields = (
        *("caisse", "boutique", "fichier", "number", "remitted_on", "operations", "brut"),
        *("frais", "net"),
    )
    readonly_fields = ("brut", "frais", "net")

    remise_le = moment("remitted_on", _("remise le"))
    brut = euros("gross_cents", _("brut"))
    frais = euros("fee_cents", _("frais"))
    net = euros("net_cents", _("net"))


for site in BOTH_SITES:
    site.register(LignePlateforme, LignePlateformeAdmin)
    site.register(Remise, RemiseAdmin)
