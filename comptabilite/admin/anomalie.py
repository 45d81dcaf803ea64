"""The agents' work list: each line is settled once, with a note."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from caisses.admin.base import PortalAdmin, euros, moment
from caisses.sites import BOTH_SITES
from comptabilite.anomaly_pages import AnomalyPage, pages_of
from comptabilite.models import Anomalie
from comptabilite.services.settling import SettlingRefused, settle_anomalie


class SettlingForm(ModelForm):
    """What was done about it."""

    settled_note = forms.CharField(
        label=_("Suite donnée"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Enregistrer règle cette anomalie, en votre nom et une fois pour toutes."),
    )

    class Meta:
        """What is asked."""

        model = Anomalie
        fields = ("settled_note",)


class OpenFilter(admin.SimpleListFilter):
    """The open ones first of all: that is the work."""

    title = _("suite")
    parameter_name = "suite"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Open or settled."""
        return [("ouvertes", _("Ouvertes")), ("reglees", _("Réglées"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The chosen ones."""
        if self.value() not in {"ouvertes", "reglees"}:
            return queryset
        return queryset.filter(settled_at__isnull=self.value() == "ouvertes")


class AnomalieAdmin(PortalAdmin):
    """Everything is read-only but the note that settles an open anomaly."""

    form = SettlingForm
    list_display = ("__str__", "kind", "montant", "ouverture", "reglement", "settled_by")
    list_filter = (OpenFilter, "kind", "opened_at")
    list_select_related = ("settled_by",)
    search_fields = ("subject__startswith",)
    search_help_text = _("Référence du paiement ou identifiant de la plateforme, entiers.")
    ordering = ("-pk",)
    _facts = ("caisse", "kind", "subject", "montant", "detail", "pages", "opened_at")
    readonly_fields = (*_facts, "settled_at", "settled_by")

    @admin.display(description=_("voir aussi"))
    def pages(self, obj: Anomalie) -> SafeString | str:
        """What it is about, one link each."""
        shown = ((self._address(page), page.words) for page in pages_of(obj))
        return format_html_join(", ", '<a href="{}">{}</a>', shown) or "-"

    def _address(self, page: AnomalyPage) -> str:
        name = f"admin:{page.name}"
        address = reverse(name, args=[page.key], current_app=self.admin_site.name)
        return f"{address}?{urlencode(page.filled)}" if page.filled else address

    montant = euros("amount_cents", _("montant"))
    ouverture = moment("opened_at", _("ouverte le"))
    reglement = moment("settled_at", _("réglée le"))

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Open ones only: a settled one stays as it was settled."""
        still_open = obj is None or getattr(obj, "settled_at", None) is None
        return still_open and self.admin_site.has_permission(request)

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        """The facts, then the note; who and when once settled."""
        if obj is not None and self.has_change_permission(request, obj):
            return (*self._facts, "settled_note")
        return (*self._facts, "settled_note", "settled_at", "settled_by")

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any
    ) -> Any:
        """One button: there is nothing to go on editing."""
        context["show_save_and_continue"] = False
        return super().render_change_form(request, context, *args, **kwargs)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Settle; when somebody was quicker, say so and show what they wrote."""
        try:
            return super().change_view(request, object_id, form_url, extra_context)
        except SettlingRefused as error:
            messages.error(request, str(error))
            return HttpResponseRedirect(request.path)

    def save_model(self, request: HttpRequest, obj: Anomalie, form: Any, change: bool) -> None:
        """Settle through the service, which locks the row."""
        settle_anomalie(
            anomalie_id=obj.pk,
            agent=request.user,
            note=form.cleaned_data["settled_note"],
            now=timezone.now(),
        )


for site in BOTH_SITES:
    site.register(Anomalie, AnomalieAdmin)
