"""Statements of the bank and their lines, to read."""

from typing import Any, ClassVar

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from caisses.admin.base import PortalAdmin, euros, moment
from caisses.admin.filter_titles import dated
from caisses.perms import rights_of
from caisses.sites import BOTH_SITES
from rapprochement.admin.imputing import ImputingPages
from rapprochement.models import LigneBanque, Releve
from rapprochement.models.matches import ImputationKind
from rapprochement.services.imputing_many import MOST, impute_as_foreign
from rapprochement.services.not_imputed import imputed_as


class ReleveAdmin(PortalAdmin):
    """A statement: two balances, and what moved between them."""

    list_display = ("__str__", "compte_bancaire", "sequence", "depart", "arrivee")
    list_filter = (dated("last_on", _("dernier jour")),)
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


class ImputedFilter(admin.SimpleListFilter):
    """Lines that somebody has to say, or the others."""

    title = _("imputation")
    parameter_name = "imputation"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Two choices."""
        return [("a-faire", _("À imputer")), ("faite", _("Imputées"))]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[LigneBanque]
    ) -> QuerySet[LigneBanque]:
        """By what the admin has annotated each line with."""
        if self.value() not in {"a-faire", "faite"}:
            return queryset
        return queryset.filter(imputed_as__isnull=self.value() == "a-faire")


class LigneBanqueAdmin(ImputingPages):
    """A line of a statement, in the bank's words."""

    list_display = ("jour", "label", "montant", "imputation", "reference")
    list_display_links = ("jour", "label")
    list_filter = (ImputedFilter, "booked_on")
    search_fields = ("label", "=reference")
    search_help_text = _("Libellé, ou référence entière.")
    ordering = ("-pk",)
    actions = ("foreign",)
    fields = (
        *("caisse", "releve", "rank", "booked_on", "value_on", "montant", "code", "label"),
        *("reference", "details"),
    )
    readonly_fields = ("montant",)

    jour = moment("booked_on", _("date comptable"))
    montant = euros("amount_cents", _("montant"))

    def get_queryset(self, request: HttpRequest) -> QuerySet[LigneBanque]:
        """With what each line is imputed to."""
        return super().get_queryset(request).annotate(imputed_as=imputed_as())

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """For accountants: the others read."""
        return super().get_actions(request) if rights_of(request.user).comptable_ids else {}

    @admin.action(description=_("Déclarer étrangères au portail"), permissions=["view"])
    def foreign(self, request: HttpRequest, queryset: QuerySet[LigneBanque]) -> None:
        """Impute the chosen lines so, and say which were not and why."""
        chosen = list(queryset.order_by("pk").values_list("pk", flat=True)[: MOST + 1])
        found = impute_as_foreign(ligne_ids=chosen, agent=request.user, now=timezone.now())
        if found.done:
            words = ngettext(
                "%(n)d ligne de banque est imputée.",
                "%(n)d lignes de banque sont imputées.",
                found.done,
            )
            messages.success(request, words % {"n": found.done})
        for refusal in found.refusals:
            messages.error(request, refusal)
        if len(chosen) > MOST:
            words = _("Les %(most)d premières lignes ont été vues : recommencez pour les autres.")
            messages.warning(request, words % {"most": MOST})

    @admin.display(description=_("imputation"))
    def imputation(self, obj: LigneBanque) -> SafeString | str:
        """What the line is, or that somebody has to say it."""
        kind = getattr(obj, "imputed_as", None)
        if kind is None:
            return format_html("<strong>{}</strong>", _("à imputer"))
        return str(ImputationKind(kind).label)


for site in BOTH_SITES:
    site.register(Releve, ReleveAdmin)
    site.register(LigneBanque, LigneBanqueAdmin)
