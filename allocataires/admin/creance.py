"""Debts, with their movements."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from allocataires.models import Creance, Mouvement
from allocataires.nomenclature import Sens
from allocataires.reference import Reference, ReferenceRefused
from caf_portal.money import format_euros
from caisses.admin.base import PortalAdmin, ReadOnlyInline, euros, moment
from caisses.sites import BOTH_SITES


class MouvementInline(ReadOnlyInline):
    """The history of the debt, oldest first."""

    model = Mouvement
    fields = ("rank", "effet", "kind", "montant", "reste_apres", "enregistrement")
    readonly_fields = fields
    ordering = ("rank",)

    effet = moment("value_on", _("date d’effet"))
    enregistrement = moment("recorded_at", _("enregistré le"))
    reste_apres = euros("balance_after_cents", _("reste après"))

    @admin.display(description=_("montant"))
    def montant(self, obj: Mouvement) -> str:
        """The amount, with the sign of its effect on what is owed."""
        return f"{'+' if obj.sens == Sens.HAUSSE else '−'} {format_euros(obj.amount_cents)}"


class CreanceAdmin(PortalAdmin):
    """Read-only. Searched by numéro d’allocataire or by the whole reference of a letter."""

    list_display = ("__str__", "numero", "notification", "initial", "reste", "state")
    list_filter = ("state", "nature", "recovery_mode", "notified_on")
    list_select_related = ("allocataire",)
    search_fields = ("=allocataire__numero",)
    search_help_text = _("Numéro d’allocataire, ou référence du courrier.")
    ordering = ("-pk",)
    inlines = (MouvementInline,)
    readonly_fields = ("personne", "reference", "initial", "reste", "retenue", "en_ligne")
    fieldsets = (
        (None, {"fields": ("caisse", "personne", "reference", "nature", "rang")}),
        (_("Pourquoi"), {"fields": ("motif", "origine", "period_start_on", "period_end_on")}),
        (_("Combien"), {"fields": ("initial", "reste", "recovery_mode", "retenue")}),
        (_("Où en est-elle"), {"fields": ("implanted_on", "notified_on", "state", "en_ligne")}),
    )

    notification = moment("notified_on", _("notifiée le"))
    initial = euros("initial_cents", _("montant initial"))
    reste = euros("balance_cents", _("reste à rembourser"))
    retenue = euros("monthly_cents", _("retenue mensuelle"))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """A whole reference finds its debt, within the agent's funds; else, the numéro."""
        try:
            reference = Reference.parse(search_term)
        except ReferenceRefused:
            return super().get_search_results(request, queryset, search_term)
        found = queryset.filter(
            caisse__code=reference.caisse,
            allocataire__numero=reference.numero,
            nature=reference.nature,
            rang=reference.rang,
        )
        return found, False

    @admin.display(description=_("n° d’allocataire"))
    def numero(self, obj: Creance) -> str:
        """The person, without a name."""
        return obj.allocataire.numero

    @admin.display(description=_("allocataire"))
    def personne(self, obj: Creance) -> SafeString:
        """A link to the person."""
        address = reverse(
            "admin:allocataires_allocataire_change",
            args=[obj.allocataire_id],
            current_app=self.admin_site.name,
        )
        return format_html('<a href="{}">{}</a>', address, obj.allocataire.numero)

    @admin.display(description=_("référence du courrier"))
    def reference(self, obj: Creance) -> str:
        """As printed on the letters."""
        return str(obj.reference(caisse=obj.caisse, allocataire=obj.allocataire))

    @admin.display(description=_("paiement en ligne"))
    def en_ligne(self, obj: Creance) -> str:
        """What the person reads about paying this debt online."""
        return str(obj.online_payment.reason)


for site in BOTH_SITES:
    site.register(Creance, CreanceAdmin)
