"""Schemes of accounts: each version with its rules; a draft is changed by the fund's accountant."""

from typing import Any

from django.contrib import messages
from django.db.models import Model, OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from caf_portal.paris import paris_date
from caisses.admin.base import PortalAdmin, moment
from caisses.models import Agent
from caisses.sites import BOTH_SITES
from comptabilite.admin.schema_actions import SchemaActions
from comptabilite.admin.schema_forms import HeaderForm
from comptabilite.admin.schema_tables import rules_by_event
from comptabilite.models import SchemaComptable
from comptabilite.models.events import Evenement
from comptabilite.models.schema import SchemaStatus
from comptabilite.services.schema_drafts import SchemaRefused, may_edit
from comptabilite.services.schema_editing import set_header

_WORDS = ("label", "effective_on", "remittance_mode")
_TRACE = ("drafted_by", "drafted_at", "adopted_by", "adopted_at")


class SchemaAdmin(SchemaActions, PortalAdmin):
    """An adopted version is read-only for ever; a draft is changed by whoever keeps the books."""

    form = HeaderForm
    change_form_template = "admin/comptabilite/schema/change_form.html"
    list_display = ("label", "etat", "depuis", "adoption", "adopted_by")
    list_filter = ("status", "effective_on")
    list_select_related = ("adopted_by",)
    search_fields = ("=caisse__code",)
    search_help_text = gettext_lazy("Code de la caisse.")
    ordering = ("caisse_id", "-effective_on", "-pk")
    readonly_fields = ("caisse", "etat", "ailleurs", *_TRACE)

    depuis = moment("effective_on", gettext_lazy("en vigueur à partir du"))
    adoption = moment("adopted_at", gettext_lazy("adopté le"))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Each version with the one of its fund that rules today, as ``current_id``."""
        adopted = SchemaComptable.objects.filter(
            caisse_id=OuterRef("caisse_id"),
            status=SchemaStatus.ADOPTE,
            effective_on__lte=paris_date(timezone.now()),
        )
        current = Subquery(adopted.order_by("-effective_on").values("pk")[:1])
        return super().get_queryset(request).annotate(current_id=current)

    def etat(self, obj: SchemaComptable) -> str:
        """Draft, in force, over, or to come."""
        if obj.status == SchemaStatus.BROUILLON:
            return _("Brouillon")
        if obj.effective_on > paris_date(timezone.now()):
            return _("Adoptée, à venir")
        return _("En vigueur") if obj.current_id == obj.pk else _("Remplacée")  # type: ignore[attr-defined]

    etat.short_description = gettext_lazy("état")  # type: ignore[attr-defined]

    def ailleurs(self, obj: SchemaComptable) -> str:
        """Events left to the fund's software, in words."""
        return ", ".join(str(Evenement(each).label) for each in obj.booked_elsewhere) or "-"

    ailleurs.short_description = gettext_lazy(  # type: ignore[attr-defined]
        "événements écrits par le logiciel de la caisse"
    )

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Drafts of the funds whose books the agent keeps."""
        return (
            isinstance(obj, SchemaComptable)
            and isinstance(request.user, Agent)
            and obj.status == SchemaStatus.BROUILLON
            and self.admin_site.has_permission(request)
            and may_edit(request.user, obj.caisse_id)
        )

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        """Boxes for whoever changes a draft, words for the others."""
        if self.has_change_permission(request, obj):
            return ("caisse", "etat", *_WORDS, "booked_elsewhere", "drafted_by", "drafted_at")
        return ("caisse", "etat", *_WORDS, "ailleurs", *_TRACE)

    def get_urls(self) -> list[URLPattern]:
        """The stock pages, and those of a draft."""
        return [*self.action_urls(), *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Save the header; when somebody adopted or dropped the draft meanwhile, say so."""
        try:
            return super().change_view(request, object_id, form_url, extra_context)
        except SchemaRefused as error:
            messages.error(request, str(error))
            return HttpResponseRedirect(request.path)

    def save_model(
        self, request: HttpRequest, obj: SchemaComptable, form: HeaderForm, change: bool
    ) -> None:
        """Through the service, which locks the draft."""
        set_header(schema_id=obj.pk, agent=request.user, header=form.header())

    def response_change(self, request: HttpRequest, obj: SchemaComptable) -> HttpResponse:
        """Stay on the page: there is more to change, or to look at."""
        messages.success(request, _("C’est enregistré dans le brouillon."))
        return HttpResponseRedirect(request.path)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """The page, with the rules and what may be done."""
        schema = kwargs["obj"]
        context["show_save_and_continue"] = False
        context["editable"] = self.has_change_permission(request, schema)
        context["may_draft"] = isinstance(request.user, Agent) and may_edit(
            request.user, schema.caisse_id
        )
        context["to_come"] = (
            schema.status == SchemaStatus.ADOPTE
            and schema.effective_on > paris_date(timezone.now())
        )
        context["events"] = rules_by_event(schema)
        context["comptes"] = schema.comptes.select_related("compte").order_by("compte__number")
        context["journaux"] = schema.journaux.select_related("journal").order_by("journal__code")
        return super().render_change_form(request, context, *args, **kwargs)


for site in BOTH_SITES:
    site.register(SchemaComptable, SchemaAdmin)
