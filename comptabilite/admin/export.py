"""Exports: asked for by an accountant, built by a worker, downloaded and built again here."""

from typing import Any, ClassVar

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
    StreamingHttpResponse,
)
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe
from kombu.exceptions import OperationalError

from caisses.admin.base import PortalAdmin, moment
from caisses.admin.funds import funds_to_equip, may_equip
from caisses.perms import rights_of
from caisses.sites import BOTH_SITES
from comptabilite.admin.export_form import ExportForm
from comptabilite.exports.cells import UTF_8
from comptabilite.models import Export
from comptabilite.models.export import ExportStatus
from comptabilite.services.export_pieces import content_type_of, file_of, kept_pieces
from comptabilite.services.exporting import ExportRefused, ask_export
from comptabilite.tasks import compare_export

#: Seconds between two looks at an export under way.
REFRESH_SECONDS = 5


class ExportAdmin(PortalAdmin):
    """Read by every agent of the fund; asked for and downloaded by its accountants."""

    change_form_template = "admin/comptabilite/export/change_form.html"
    list_display = ("__str__", "genre", "journaux", "du", "au", "progress", "demande")
    list_filter = ("status", "format")
    list_select_related = ("journal",)
    ordering = ("-pk",)
    readonly_fields = ("progress", "fichiers", "demande", "fin", "comparaison")
    fieldsets: ClassVar[Any] = (
        (None, {"fields": ("caisse", "format", "journal", "first_on", "last_on", "encoding")}),
        (_("Avancement"), {"fields": ("progress", "failure", "demande", "asked_by", "fin")}),
        (_("Fichiers"), {"fields": ("as_of", "fichiers", "comparaison")}),
    )

    du = moment("first_on", _("du"))
    au = moment("last_on", _("au"))
    demande = moment("asked_at", _("demandé le"))
    fin = moment("finished_at", _("terminé le"))

    def has_add_permission(self, request: HttpRequest, *_: Any) -> bool:
        """Accountants and national agents."""
        return self.has_view_permission(request) and may_equip(request)

    def get_urls(self) -> list[URLPattern]:
        """Each file, and building again."""
        file = self.admin_site.admin_view(require_safe(self.file_view))
        compare = self.admin_site.admin_view(require_POST(self.compare_view))
        return [
            path("<int:pk>/fichier/<str:part>/", file, name="export_file"),
            path("<int:pk>/refaire/", compare, name="export_compare"),
            *super().get_urls(),
        ]

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Ask, then look at the page of what was asked."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        posted = request.POST if request.method == "POST" else None
        form = ExportForm(posted, funds=funds_to_equip(request))
        if form.is_valid() and (export := self._asked(request, form)):
            self.log_addition(request, export, "demande")
            return self._back_to(export.pk)
        shared = {**self.admin_site.each_context(request), "opts": self.opts}
        context = {
            "title": _("Demander un export"),
            "form": form,
            "words": _(
                "Seules les journées clôturées sont exportées. Le fichier est fait en quelques"
                " secondes ou quelques minutes, puis gardé tel quel avec son empreinte."
            ),
        }
        return TemplateResponse(request, "admin/ask.html", {**shared, **context})

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The page of an export; it comes again by itself while it is built."""
        export = self.get_object(request, object_id)
        under_way = export is not None and export.finished_at is None
        follows = under_way and request.GET.get("suivre") != "non"
        context = {
            "refresh_seconds": REFRESH_SECONDS if follows else 0,
            "may_compare": export is not None
            and export.status == ExportStatus.PRET
            and self._accounts_for(request, export),
        }
        return super().change_view(
            request, object_id, form_url, {**context, **(extra_context or {})}
        )

    def file_view(self, request: HttpRequest, pk: int, part: str) -> HttpResponseBase:
        """A file, as it was given; a piece of it in memory at a time."""
        export = self._own(request, pk)
        file = file_of(export, part)
        if file is None:
            raise Http404
        return StreamingHttpResponse(
            kept_pieces(export, part),
            content_type=content_type_of(export, file["filename"]),
            headers={
                "Content-Disposition": f'attachment; filename="{file["filename"]}"',
                "Content-Length": str(file["size_bytes"]),
                "Cache-Control": "no-store",
            },
        )

    def compare_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Have it built again, and its bytes compared."""
        export = self._own(request, pk)
        if export.status != ExportStatus.PRET:
            raise Http404
        asked = {"export_id": export.pk, "caisse_id": export.caisse_id}
        try:
            compare_export.apply_async(kwargs=asked, expires=3600)
        except OperationalError:
            messages.error(request, _("Rien n’a pu être lancé : réessayez dans un instant."))
        else:
            self.log_change(request, export, "comparaison")
            messages.success(
                request,
                _("L’export est refait et comparé : le résultat apparaîtra sur cette page."),
            )
        return self._back_to(pk)

    @admin.display(description=_("avancement"))
    def progress(self, obj: Export) -> SafeString | str:
        """In words, and in lines while it goes."""
        if obj.status != ExportStatus.EN_COURS:
            return obj.get_status_display()
        total = max(obj.total_lines, 1)
        words = _("%(percent)s %% de %(total)s lignes") % {
            "percent": 100 * obj.done_lines // total,
            "total": f"{obj.total_lines:,}".replace(",", "\u202f"),
        }
        bar = '<progress max="{}" value="{}" aria-label="{}"></progress> {}'
        return format_html(bar, total, obj.done_lines, words, words)

    @admin.display(description=_("format"), ordering="format")
    def genre(self, obj: Export) -> str:
        """In short, with a charset that is not the usual one."""
        return obj.format if obj.encoding == UTF_8 else f"{obj.format} ({obj.encoding})"

    @admin.display(description=_("journal"))
    def journaux(self, obj: Export) -> str:
        """The one that was asked for: a FEC does not say it in its name."""
        return obj.journal.code if obj.journal else gettext("tous")

    @admin.display(description=_("fichiers"))
    def fichiers(self, obj: Export) -> SafeString | str:
        """Each with its size and its SHA-256."""
        return (
            format_html_join(
                "",
                '<div><a href="{}">{}</a> ({})<br>SHA-256 {}</div>',
                (
                    (
                        self._address("export_file", obj.pk, file["part"]),
                        file["filename"],
                        _("%(size)s octets") % {"size": file["size_bytes"]},
                        file["sha256"],
                    )
                    for file in obj.files
                ),
            )
            or "-"
        )

    @admin.display(description=_("refait et comparé"))
    def comparaison(self, obj: Export) -> str:
        """What building it again gave."""
        if obj.compared_at is None:
            return "-"
        words = _("mêmes octets") if obj.compared_same else _("octets différents : voir l’anomalie")
        return f"{timezone.localtime(obj.compared_at):%d/%m/%Y %H:%M} : {words}"

    def _asked(self, request: HttpRequest, form: ExportForm) -> Export | None:
        """What was asked; nothing when it is refused, and the form says why."""
        said = dict(form.cleaned_data)
        caisse_id = said.pop("caisse").pk
        try:
            return ask_export(
                caisse_id=caisse_id,
                **said,
                agent=request.user,  # type: ignore[arg-type]
                now=timezone.now(),
            )
        except ExportRefused as error:
            form.add_error(None, str(error))
            return None

    def _own(self, request: HttpRequest, pk: int) -> Export:
        """The export, for whoever may see it; raises ``PermissionDenied`` for who may not act."""
        export = self.get_object(request, str(pk))
        if export is None or not self.has_view_permission(request):
            raise Http404
        if not self._accounts_for(request, export):
            raise PermissionDenied
        return export

    def _accounts_for(self, request: HttpRequest, export: Export) -> bool:
        rights = rights_of(request.user)
        return rights.national or export.caisse_id in rights.comptable_ids

    def _back_to(self, pk: int) -> HttpResponse:
        return HttpResponseRedirect(self._address("comptabilite_export_change", pk))

    def _address(self, name: str, *arguments: object) -> str:
        return reverse(f"admin:{name}", args=arguments, current_app=self.admin_site.name)


for site in BOTH_SITES:
    site.register(Export, ExportAdmin)
