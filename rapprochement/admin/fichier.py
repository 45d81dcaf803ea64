"""Files received: bring some, read what came, take the original back."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar
from urllib.parse import urlencode

from django import forms
from django.conf import settings
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.template.defaultfilters import filesizeformat
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.http import content_disposition_header
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from caisses.admin.base import PortalAdmin, moment
from caisses.perms import rights_of
from caisses.sites import BOTH_SITES
from rapprochement.models import FichierReleve
from rapprochement.models.files import OF_THE_BANK, Arrivee
from rapprochement.services.file_pieces import content_of
from rapprochement.services.file_refusals import AlreadyLoaded, FileRefused
from rapprochement.services.reading_order import place_of
from rapprochement.services.receiving import receive_file, shown_name

_MIB = 1024 * 1024
_MAY_BREAK = format_html("_<wbr>{}", "")
#: Read in one request; more come through the exchange folder.
MOST_FILES = 40


class SeveralFilesInput(forms.ClearableFileInput):
    """A chooser that takes several files."""

    allow_multiple_selected = True


class SeveralFilesField(forms.FileField):
    """The files chosen, each checked as one would be."""

    widget = SeveralFilesInput

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:  # type: ignore[override]
        """Each of them, none too large."""
        # No file at all is refused in the words of one that lacks.
        chosen = data or [None]
        if len(chosen) > MOST_FILES:
            raise forms.ValidationError(
                _("%(most)d fichiers au plus à la fois : déposez les autres ensuite."),
                params={"most": MOST_FILES},
            )
        return [self._one(each, initial) for each in chosen]

    def _one(self, data: Any, initial: Any) -> UploadedFile:
        file: UploadedFile = super().clean(data, initial)
        if (file.size or 0) > settings.LOT_UPLOAD_MAX_MB * _MIB:
            raise forms.ValidationError(
                _("« %(name)s » dépasse %(limit)s Mo : déposez-le dans le dossier d’échange."),
                params={"name": shown_name(file.name or ""), "limit": settings.LOT_UPLOAD_MAX_MB},
            )
        return file


class NewFilesForm(forms.Form):
    """Files of banks and of the platform, of any of the agent's funds."""

    files = SeveralFilesField(
        label=_("Fichiers"),
        # An empty file is refused with the others, with its own sentence.
        allow_empty_file=True,
        help_text=_(
            "Relevés bancaires (CFONB 120, camt.053) et journaux de la plateforme (JT, JO, JRB, "
            "JRI), tels qu’ils ont été reçus, sans les renommer."
        ),
    )


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one file: its row, or why there is none."""

    name: str
    fichier: FichierReleve | None
    words: str
    harmless: bool = False


class FichierReleveAdmin(PortalAdmin):
    """Read-only, with a page that brings files and a download of each original."""

    list_display = ("jour", "nature", "nom", "lines", "reception", "deposant")
    list_display_links = ("jour", "nom")
    list_filter = ("kind", "arrivee", "day_on")
    list_select_related: ClassVar[Any] = ("received_by",)
    search_fields = ("=filename", "=sha256")
    search_help_text = _("Nom de fichier ou empreinte, entiers.")
    ordering = ("-pk",)
    fieldsets = (
        (None, {"fields": ("caisse", "kind", "version", "boutique", "day_on", "lines", "contenu")}),
        (_("Fichier"), {"fields": ("filename", "taille", "sha256", "original")}),
        (_("Qui et quand"), {"fields": ("arrivee", "reception", "received_by")}),
    )
    readonly_fields = ("contenu", "original", "reception", "taille")

    jour = moment("day_on", _("journée"))
    reception = moment("received_at", _("reçu le"))

    @admin.display(description=_("taille"))
    def taille(self, obj: FichierReleve) -> str:
        """In the unit that a person reads."""
        return filesizeformat(obj.size_bytes)

    @admin.display(description=_("nature"), ordering="kind")
    def nature(self, obj: FichierReleve) -> str:
        """The code, which agents know, and which leaves room for the name."""
        return str(obj.kind)

    @admin.display(description=_("fichier"), ordering="filename")
    def nom(self, obj: FichierReleve) -> SafeString:
        """A name that may be cut in a narrow column."""
        return format_html_join(_MAY_BREAK, "{}", ((each,) for each in _words(obj)))

    @admin.display(description=_("par"))
    def deposant(self, obj: FichierReleve) -> str:
        """Who brought it, or the folder."""
        if obj.received_by is None:
            return str(_("dossier d’échange"))
        return obj.received_by.get_username()

    def has_add_permission(self, request: HttpRequest, *_: Any) -> bool:
        """Whoever has a fund may bring its files."""
        return self.has_view_permission(request) and rights_of(request.user).any

    def get_urls(self) -> list[URLPattern]:
        """The original."""
        original = self.admin_site.admin_view(require_safe(self.original_view))
        return [path("<int:pk>/original/", original, name="fichier_original"), *super().get_urls()]

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Take files, load each whole or not at all, and say what became of each."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        posted = (request.POST, request.FILES) if request.method == "POST" else (None, None)
        form, results = NewFilesForm(*posted), None
        if form.is_valid():
            results = self._received(request, form.cleaned_data["files"])
            form = NewFilesForm()
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Déposer des fichiers"),
            "form": form,
            "results": results,
        }
        return TemplateResponse(request, "admin/rapprochement/fichierreleve/new.html", context)

    def _received(self, request: HttpRequest, files: Sequence[UploadedFile]) -> list[Result]:
        read = [(file.name or "", file.read()) for file in files]
        ordered = sorted(read, key=lambda each: place_of(each[1], each[0]))
        return [self._one(request, name, content) for name, content in ordered]

    def _one(self, request: HttpRequest, name: str, content: bytes) -> Result:
        try:
            fichier = receive_file(
                content=content,
                filename=name,
                arrivee=Arrivee.DEPOT,
                now=timezone.now(),
                agent=request.user,  # type: ignore[arg-type]
                rights=rights_of(request.user),
            )
        except AlreadyLoaded as error:
            return Result(shown_name(name), None, str(error), harmless=True)
        except FileRefused as error:
            return Result(shown_name(name), None, str(error))
        self.log_addition(request, fichier, "dépôt")
        words = _("%(kind)s du %(day)s : %(lines)d ligne(s).") % {
            "kind": fichier.get_kind_display(),
            "day": f"{fichier.day_on:%d/%m/%Y}",
            "lines": fichier.lines,
        }
        return Result(fichier.filename, fichier, words)

    def original_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The file as it came, byte for byte."""
        fichier = self.get_object(request, str(pk))
        if fichier is None or not self.has_view_permission(request):
            raise Http404
        return StreamingHttpResponse(
            list(content_of(fichier)),
            content_type="application/octet-stream",
            headers={
                "Content-Disposition": str(content_disposition_header(True, fichier.filename)),
                "Cache-Control": "no-store",
            },
        )

    @admin.display(description=_("original"))
    def original(self, obj: FichierReleve) -> SafeString:
        """The file as it came."""
        address = reverse("admin:fichier_original", args=[obj.pk], current_app=self._site)
        return format_html('<a href="{}">{}</a>', address, _("Télécharger le fichier reçu"))

    @admin.display(description=_("contenu"))
    def contenu(self, obj: FichierReleve) -> SafeString:
        """The rows that it brought, as lists."""
        lists = (
            [(_("Relevés"), "releve", {"fichier__id__exact": obj.pk})]
            if obj.kind in OF_THE_BANK
            else [
                (_("Lignes"), "ligneplateforme", {"fichier__id__exact": obj.pk}),
                (_("Remises"), "remise", {"fichier__id__exact": obj.pk}),
            ]
        )
        return format_html_join(
            ", ",
            '<a href="{}?{}">{}</a>',
            (
                (
                    reverse(f"admin:rapprochement_{model}_changelist", current_app=self._site),
                    urlencode(asked),
                    words,
                )
                for words, model, asked in lists
            ),
        )

    @property
    def _site(self) -> str:
        return self.admin_site.name


def _words(fichier: FichierReleve) -> list[str]:
    return fichier.filename.split("_")


for site in BOTH_SITES:
    site.register(FichierReleve, FichierReleveAdmin)
