"""Lots: what came from the fund's software, what became of it, and bringing a file by hand."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from caf_portal.money import format_euros
from caisses.admin.base import PortalAdmin, moment
from caisses.models import Caisse
from caisses.perms import Rights, rights_of
from caisses.sites import BOTH_SITES
from echanges.lines.format_of import format_of
from echanges.lines.problems import FileRefused
from echanges.lines.reading import open_file
from echanges.models import Lot
from echanges.models.lot import LotStatus
from echanges.services.files import pieces_of
from echanges.services.loading import receive_lot
from echanges.services.reject_file import write_reject_file

#: Rejected lines shown on the page; all of them are in the file.
SHOWN = 100
_MIB = 1024 * 1024


class NewLotForm(forms.Form):
    """A file, whose header says which fund it is of: one of the agent's."""

    file = forms.FileField(label=_("Fichier"), help_text=_("CSV ou JSON Lines (.csv, .jsonl)."))

    def __init__(self, *args: Any, rights: Rights, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rights = rights

    def clean_file(self) -> UploadedFile:
        """The file, when its name, size and header can be taken; the fund is remembered."""
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > settings.LOT_UPLOAD_MAX_MB * _MIB:
            raise forms.ValidationError(
                _("Ce fichier dépasse %(limit)s Mo : déposez-le par la commande load_lot."),
                params={"limit": settings.LOT_UPLOAD_MAX_MB},
            )
        lot_format = format_of(file.name or "")
        if lot_format is None:
            raise forms.ValidationError(
                _("Le nom du fichier doit finir par .csv ou .jsonl : il dit comment le lire.")
            )
        try:
            header, _records = open_file(pieces_of(file.file), lot_format)
        except FileRefused as error:
            raise forms.ValidationError(str(error)) from error
        self.cleaned_data["format"] = lot_format
        self.cleaned_data["caisse"] = self._own(header.caisse)
        return file

    def _own(self, code: str) -> Caisse:
        caisse = Caisse.objects.filter(code=code).first()
        if caisse is None or not (self.rights.national or caisse.pk in self.rights.caisse_ids):
            raise forms.ValidationError(
                _("Ce fichier est celui de la caisse %(code)s, qui n’est pas une des vôtres."),
                params={"code": code},
            )
        return caisse


class LotAdmin(PortalAdmin):
    """Read-only but for bringing a file; what is brought is applied a few seconds later."""

    list_display = ("__str__", "reception", "format", "etat", "applied", "unchanged", "rejected")
    list_filter = ("status", "format", "day_on")
    ordering = ("-pk",)
    readonly_fields = ("reception", "fin", "totaux", "rejets")
    fieldsets = (
        (None, {"fields": ("caisse", "day_on", "sequence", "status", "refusal")}),
        (_("Fichier"), {"fields": ("filename", "format", "size_bytes", "sha256", "corrects")}),
        (_("Qui et quand"), {"fields": ("received_by", "reception", "fin")}),
        (_("Contenu"), {"fields": ("totaux",)}),
        (
            _("Lignes"),
            {"fields": ("applied_lines", "unchanged_lines", "rejected_lines", "rejets")},
        ),
    )

    reception = moment("received_at", _("reçu le"))
    fin = moment("finished_at", _("terminé le"))

    def has_add_permission(self, request: HttpRequest, *_: Any) -> bool:
        """Whoever has a fund may bring its file."""
        return self.has_view_permission(request) and rights_of(request.user).any

    def get_urls(self) -> list[URLPattern]:
        """The rejected lines as a file."""
        rejects = self.admin_site.admin_view(require_safe(self.rejects_view))
        return [path("<int:pk>/rejets/", rejects, name="lot_rejects"), *super().get_urls()]

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Take a file, keep it, and lead to its page; the sweep applies it."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        posted = (request.POST, request.FILES) if request.method == "POST" else (None, None)
        form = NewLotForm(*posted, rights=rights_of(request.user))
        if form.is_valid():
            return self._received(request, form)
        shared = {**self.admin_site.each_context(request), "opts": self.opts}
        context = {"title": _("Déposer un fichier"), "form": form}
        return TemplateResponse(request, "admin/echanges/lot/new.html", {**shared, **context})

    def rejects_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What is left to correct, in the format of the lot."""
        lot = self.get_object(request, str(pk))
        if lot is None or not self.has_view_permission(request):
            raise Http404
        name = f"rejets-{lot.caisse.code}-{lot.day_on}-{lot.sequence}"
        suffix = "csv" if lot.format == "CSV" else "jsonl"
        return FileResponse(write_reject_file(lot), as_attachment=True, filename=f"{name}.{suffix}")

    @admin.display(description=_("état"), ordering="status")
    def etat(self, obj: Lot) -> str:
        """In words."""
        return obj.get_status_display()

    @admin.display(description=_("appliquées"), ordering="applied_lines")
    def applied(self, obj: Lot) -> int:
        """Lines that changed something."""
        return obj.applied_lines

    @admin.display(description=_("déjà connues"), ordering="unchanged_lines")
    def unchanged(self, obj: Lot) -> int:
        """Lines that said what was known."""
        return obj.unchanged_lines

    @admin.display(description=_("rejetées"), ordering="rejected_lines")
    def rejected(self, obj: Lot) -> int:
        """Lines to correct."""
        return obj.rejected_lines

    @admin.display(description=_("totaux annoncés et comptés"))
    def totaux(self, obj: Lot) -> SafeString:
        """What the header says, and what was read."""
        return format_html_join(
            "", "<div>{} : {} → {}</div>", [_totals_of(kind, obj) for kind in obj.totals]
        )

    @admin.display(description=_("lignes rejetées"))
    def rejets(self, obj: Lot) -> SafeString | str:
        """The first of them, and all of them as a file to correct."""
        if not obj.rejected_lines:
            return "-"
        found = obj.rejets.select_related("corrected_by").order_by("line", "field")[:SHOWN]
        shown = format_html_join(
            "",
            "<div>{} {} : {} {}</div>",
            (
                (
                    _("ligne %(line)s") % {"line": rejet.line},
                    rejet.field,
                    rejet.reason,
                    _("(corrigée)") if rejet.corrected_by_id else "",
                )
                for rejet in found
            ),
        )
        address = reverse("admin:lot_rejects", args=[obj.pk], current_app=self.admin_site.name)
        link = format_html('<a href="{}">{}</a>', address, _("Télécharger les lignes à corriger"))
        return shown + link

    def _received(self, request: HttpRequest, form: NewLotForm) -> HttpResponse:
        said = form.cleaned_data
        now = timezone.now()
        lot = receive_lot(
            caisse=said["caisse"],
            source=said["file"].file,
            filename=said["file"].name,
            format=said["format"],
            received_by=request.user,  # type: ignore[arg-type]
            now=now,
        )
        if lot.received_at != now:
            messages.info(request, _("Ce fichier avait déjà été reçu : voici son résultat."))
        elif lot.status == LotStatus.REFUSE:
            messages.error(request, _("Ce fichier est refusé : la raison est ci-dessous."))
        else:
            self.log_addition(request, lot, "dépôt")
            messages.success(
                request, _("Le fichier est reçu. Il est appliqué dans les secondes qui viennent.")
            )
        address = reverse(
            "admin:echanges_lot_change", args=[lot.pk], current_app=self.admin_site.name
        )
        return HttpResponseRedirect(address)


def _totals_of(kind: str, lot: Lot) -> tuple[str, str, str]:
    return kind, _said(lot.totals.get(kind, {})), _said(lot.counted.get(kind, {}))


def _said(total: dict[str, int]) -> str:
    if not total:
        return "-"
    words = _("%(lines)s ligne(s), %(amount)s")
    return str(words) % {"lines": total["lines"], "amount": format_euros(total["cents"])}


for site in BOTH_SITES:
    site.register(Lot, LotAdmin)
