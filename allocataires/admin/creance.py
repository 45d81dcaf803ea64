"""Debts: why, where they stand, what moved them, and the documents that an agent issues."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from allocataires.admin.creance_life import EtapeInline, MoisInline, surroundings
from allocataires.forms import ReleveForm
from allocataires.models import Creance, Mouvement
from allocataires.nomenclature import Sens
from allocataires.reference import Reference, ReferenceRefused
from allocataires.services.documents import (
    NotOver,
    ReleveRefused,
    issue_quittance,
    issue_releve,
)
from allocataires.views.documents import no_statement, pdf_response
from caf_portal.money import format_euros
from caf_portal.paris import paris_date
from caisses.admin.base import PortalAdmin, ReadOnlyInline, euros, moment
from caisses.perms import rights_of
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

    change_form_template = "admin/allocataires/creance/change_form.html"
    list_display = ("__str__", "numero", "notification", "initial", "reste", "state")
    list_filter = ("state", "nature", "recovery_mode", "notified_on")
    list_select_related = ("allocataire",)
    search_fields = ("=allocataire__numero",)
    search_help_text = _("Numéro d’allocataire, ou référence du courrier.")
    ordering = ("-pk",)
    inlines = (MoisInline, EtapeInline, MouvementInline)
    readonly_fields = (
        "personne",
        "reference",
        "initial",
        "reste",
        "retenue",
        "en_ligne",
        "responsabilite",
    )
    fieldsets = (
        (None, {"fields": ("caisse", "personne", "reference", "nature", "rang")}),
        (
            _("Pourquoi"),
            {
                "fields": (
                    "motif",
                    "event_on",
                    "origine",
                    "responsabilite",
                    "fraude",
                    "period_start_on",
                    "period_end_on",
                )
            },
        ),
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

    def get_urls(self) -> list[URLPattern]:
        """The stock pages, and the documents of a debt."""
        releve = self.admin_site.admin_view(require_POST(self.releve))
        quittance = self.admin_site.admin_view(require_POST(self.quittance))
        return [
            path("<int:pk>/releve/", releve, name="creance_releve"),
            path("<int:pk>/quittance/", quittance, name="creance_quittance"),
            *super().get_urls(),
        ]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """The page, with the other letters about the same months and the documents issued."""
        if creance := kwargs.get("obj"):
            context.update(surroundings(creance, rights_of(request.user)))
            context["today"] = paris_date(timezone.now())
        return super().render_change_form(request, context, *args, **kwargs)

    def releve(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The statement of a debt at the date asked for, for the agent to hand over."""
        creance, now = self._asked(request, pk), timezone.now()
        form = ReleveForm(request.POST)
        if not form.is_valid():
            return self._refused(request, pk, *form.errors["au"])
        on: date = form.cleaned_data["au"] or paris_date(now)
        name = f"releve-{creance.nature}-{creance.rang}-{on.isoformat()}.pdf"
        return self._issued(
            request, creance, name, lambda: issue_releve(creance=creance, on=on, now=now)
        )

    def quittance(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The quittance of a debt that is over."""
        creance, now = self._asked(request, pk), timezone.now()
        name = f"quittance-{creance.nature}-{creance.rang}.pdf"
        return self._issued(
            request, creance, name, lambda: issue_quittance(creance=creance, now=now)
        )

    def _asked(self, request: HttpRequest, pk: int) -> Creance:
        """A debt of the agent's funds, and no other: 404 says no more."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        creance = self.get_object(request, str(pk))
        if creance is None:
            raise Http404
        return creance

    def _issued(
        self, request: HttpRequest, creance: Creance, name: str, work: Callable[[], bytes]
    ) -> HttpResponse:
        try:
            return pdf_response(work(), name)
        except ReleveRefused:
            return self._refused(request, creance.pk, no_statement(creance))
        except NotOver:
            said = _("Cette dette n’est pas éteinte : il n’y a pas de quittance à délivrer.")
            return self._refused(request, creance.pk, said)

    def _refused(self, request: HttpRequest, pk: int, *said: Any) -> HttpResponse:
        for sentence in said:
            messages.error(request, sentence)
        page = "admin:allocataires_creance_change"
        return HttpResponseRedirect(reverse(page, args=[pk], current_app=self.admin_site.name))

    @admin.display(description=_("d’où vient l’erreur"))
    def responsabilite(self, obj: Creance) -> str:
        """Who erred, and the code of the flow."""
        who = obj.responsable.label if obj.responsable else _("non transmis")
        return f"{who} ({obj.responsable_code})" if obj.responsable_code else str(who)

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
