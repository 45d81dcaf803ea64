"""Events published to the fund's software, to read and to download as a file."""

from django import forms
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from caf_portal.database.own_transactions import own_transactions
from caf_portal.database.scope import scope_of
from caisses.admin.base import PortalAdmin, moment
from caisses.admin.funds import FundForm
from caisses.models import Caisse
from caisses.perms import rights_of
from caisses.sites import BOTH_SITES
from echanges.models import EvenementSortant
from echanges.services.outgoing_files import OutgoingFormat, file_of, select_events

_CONTENT_TYPES = {
    OutgoingFormat.JSONL: "application/x-ndjson",
    OutgoingFormat.CSV: "text/csv; charset=utf-8",
}


class FileForm(FundForm):
    """Which events, in which format."""

    apres = forms.IntegerField(
        label=_("Après l’événement numéro"),
        min_value=0,
        max_value=2**53,
        initial=0,
        help_text=_("Le dernier que le logiciel de la caisse a reçu ; 0 pour tous."),
    )
    format = forms.ChoiceField(label=_("Format"), choices=OutgoingFormat.choices)


class EvenementSortantAdmin(PortalAdmin):
    """Read-only, with a download."""

    change_list_template = "admin/echanges/evenementsortant/change_list.html"
    list_display = ("number", "kind", "survenu", "publie")
    list_filter = ("kind",)
    search_fields = ("=number",)
    search_help_text = _("Numéro d’événement entier.")
    ordering = ("-pk",)
    fields = ("caisse", "number", "kind", "occurred_at", "published_at", "payload")

    survenu = moment("occurred_at", _("survenu le"))
    publie = moment("published_at", _("publié le"))

    def get_urls(self) -> list[URLPattern]:
        """The download; it opens its own scopes, for the file is written after the view."""
        view = require_http_methods(["GET", "HEAD", "POST"])(self.download)
        wrapped = own_transactions(self.admin_site.admin_view(view))
        return [path("fichier/", wrapped, name="evenements_file"), *super().get_urls()]

    def download(self, request: HttpRequest) -> HttpResponseBase:
        """Ask which events, then send their file."""
        rights = rights_of(request.user)
        funds = Caisse.objects.order_by("code")
        if not rights.national:
            funds = funds.filter(pk__in=rights.caisse_ids)
        form = FileForm(request.POST if request.method == "POST" else None, funds=funds)
        if form.is_valid():
            return _file(form.cleaned_data)
        with scope_of(rights.caisse_ids, national=rights.national):
            return self._asking(request, form)

    def _asking(self, request: HttpRequest, form: FileForm) -> HttpResponse:
        shared = {**self.admin_site.each_context(request), "opts": self.opts}
        context = {"title": _("Télécharger les événements"), "form": form}
        response = TemplateResponse(request, "admin/ask.html", {**shared, **context})
        return response.render()


def _file(said: dict) -> HttpResponseBase:
    """Streamed: a year of a fund is not held in memory."""
    chosen = OutgoingFormat(said["format"])
    selection = select_events(caisse=said["caisse"], after=said["apres"], now=timezone.now())
    name = f"evenements-{selection.caisse_code}-{selection.after}-{selection.last}.{chosen}"
    return StreamingHttpResponse(
        file_of(selection, chosen),
        content_type=_CONTENT_TYPES[chosen],
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "no-store",
        },
    )


for site in BOTH_SITES:
    site.register(EvenementSortant, EvenementSortantAdmin)
