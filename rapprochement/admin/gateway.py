"""Lines of the platform's files and its remittances, to read."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from caf_portal.money import format_euros
from caisses.admin.base import PortalAdmin, euros, moment
from caisses.admin.filter_titles import dated
from caisses.admin.links import link_to
from caisses.sites import BOTH_SITES
from payments.models import Payment
from payments.platform_words import operation_words, status_evidence, status_words
from rapprochement.models import Appariement, LignePlateforme, Remise, RemiseBanque
from rapprochement.models.files import FichierKind
from rapprochement.services.not_imputed import brought_cents


class LignePlateformeAdmin(PortalAdmin):
    """A line of a JT, JO, JRB or JRI file, and what it does to the fund's money."""

    list_display = (*("jour", "nature", "trans_id", "order_reference", "fait", "etat", "montant"),)
    list_display_links = ("jour", "trans_id")
    list_filter = ("kind", "day_on")
    search_fields = ("=order_reference", "=trans_id", "=transaction_uuid")
    search_help_text = _("Commande, numéro ou identifiant de transaction, entiers.")
    ordering = ("-pk",)
    fields = (
        *("caisse", "fichier", "boutique", "kind", "rank", "day_on", "instant", "trans_id"),
        *("transaction_uuid", "parent_uuid", "order_reference", "paiement", "fait"),
        *("etat_et_code", "montant", "frais", "remise", "reason", "ecriture"),
    )
    readonly_fields = (
        *("montant", "frais", "instant", "paiement", "fait", "etat_et_code", "ecriture"),
    )

    montant = euros("amount_cents", _("montant"))
    frais = euros("fee_cents", _("frais"))
    instant = moment("happened_at", _("faite le"))
    jour = moment("day_on", _("jour"))

    @admin.display(description=_("nature"), ordering="kind")
    def nature(self, obj: LignePlateforme) -> str:
        """The code, which agents know, and which leaves room for the rest."""
        return str(obj.kind)

    @admin.display(description=_("opération"), ordering="operation")
    def fait(self, obj: LignePlateforme) -> str:
        """What was done, in words; a file of chargebacks names the operation taken back."""
        if obj.kind == FichierKind.JRI:
            return str(_("impayé"))
        return operation_words(obj.operation)

    @admin.display(description=_("état"), ordering="status")
    def etat(self, obj: LignePlateforme) -> str:
        """In words."""
        return status_words(obj.status) or "-"

    @admin.display(description=_("état"))
    def etat_et_code(self, obj: LignePlateforme) -> str:
        """In words, with the platform's code."""
        return status_evidence(obj.status) or "-"

    @admin.display(description=_("paiement"))
    def paiement(self, obj: LignePlateforme) -> SafeString | str:
        """The payment that the order names, where everything about it is told."""
        named = obj.order_reference or "-"
        payment = Payment.objects.filter(caisse_id=obj.caisse_id, reference=named).first()
        if payment is None:
            return str(_("inconnu du portail"))
        return link_to("payments_payment_change", payment, site=self.admin_site.name)

    @admin.display(description=_("écriture qui lui répond"))
    def ecriture(self, obj: LignePlateforme) -> SafeString | str:
        """What books it, once both answer each other."""
        matched = Appariement.objects.filter(caisse_id=obj.caisse_id, plateforme=obj)
        found = matched.select_related("ligne__ecriture").first()
        if found is None:
            return str(_("aucune encore"))
        return link_to(
            "comptabilite_ecriture_change", found.ligne.ecriture, site=self.admin_site.name
        )


class RemiseAdmin(PortalAdmin):
    """A remittance: what the platform says it gave the bank, and what the bank brought of it."""

    list_display = ("number", "remise_le", "operations", "brut", "frais", "net", "en_banque")
    list_filter = (dated("remitted_on", _("date de remise")),)
    search_fields = ("=number",)
    search_help_text = _("Numéro de remise, entier.")
    ordering = ("-pk",)
    fields = (
        *("caisse", "boutique", "fichier", "number", "remitted_on", "operations", "brut"),
        *("frais", "net", "lignes", "banques"),
    )
    readonly_fields = ("brut", "frais", "net", "lignes", "banques")

    remise_le = moment("remitted_on", _("remise le"))
    brut = euros("gross_cents", _("brut"))
    frais = euros("fee_cents", _("frais"))
    net = euros("net_cents", _("net"))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Remise]:
        """With what the bank brought of each."""
        return super().get_queryset(request).annotate(brought_cents=brought_cents())

    @admin.display(description=_("reçu en banque (brut)"))
    def en_banque(self, obj: Remise) -> str:
        """How much of it the bank brought, or that nothing came yet."""
        cents = getattr(obj, "brought_cents", None)
        return str(_("pas encore")) if cents is None else format_euros(cents)

    @admin.display(description=_("opérations remises"))
    def lignes(self, obj: Remise) -> SafeString:
        """The lines of the platform that it is made of."""
        page = "admin:rapprochement_ligneplateforme_changelist"
        address = reverse(page, current_app=self.admin_site.name)
        return format_html(
            '<a href="{}?remise__id__exact={}">{}</a>', address, obj.pk, _("Lignes de la remise")
        )

    @admin.display(description=_("reçu en banque"))
    def banques(self, obj: Remise) -> SafeString | str:
        """The lines of the bank that brought it."""
        told = RemiseBanque.objects.in_force().filter(caisse_id=obj.caisse_id, remise=obj)
        lines = [each.imputation.ligne for each in told.select_related("imputation__ligne")]
        if not lines:
            return str(_("rien encore"))
        site, page = self.admin_site.name, "rapprochement_lignebanque_change"
        return format_html_join(", ", "{}", ((link_to(page, line, site=site),) for line in lines))


for site in BOTH_SITES:
    site.register(LignePlateforme, LignePlateformeAdmin)
    site.register(Remise, RemiseAdmin)
