"""Chartes: drafted with a preview, published by somebody else than the author."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.forms import ModelForm
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from caisses.admin.base import PortalAdmin, moment
from caisses.branding import logo
from caisses.contrast import ContrastTooLow, refuse_unreadable
from caisses.models import Charte
from caisses.models.charte import validate_colour
from caisses.services.chartes import CharteRefused, publish_charte, save_draft
from caisses.services.logos import LogoRefused, encode_logo
from caisses.sites import national_site

_WORDS = ("caisse", "couleur_principale", "couleur_accent", "logo_alt", "accueil", "contact")
_TRACE = ("drafted_by", "drafted_at", "approved_by", "published_at")


class CharteForm(ModelForm):
    """Colours readable on white, a logo made anew, and two short texts."""

    logo = forms.FileField(
        label=_("Nouveau logo"),
        required=False,
        help_text=_("PNG, JPEG, GIF ou WebP. Il est réduit à 600 pixels et 100 ko."),
    )

    class Meta:
        """What is asked."""

        model = Charte
        fields = _WORDS
        widgets = {
            "couleur_principale": forms.TextInput(attrs={"size": 9}),
            "couleur_accent": forms.TextInput(attrs={"size": 9}),
            "accueil": forms.Textarea(attrs={"rows": 3}),
            "contact": forms.Textarea(attrs={"rows": 3}),
        }

    def clean_couleur_principale(self) -> str:
        """The main colour, readable."""
        return self._readable("couleur_principale")

    def clean_couleur_accent(self) -> str:
        """The accent, readable."""
        return self._readable("couleur_accent")

    def clean_logo(self) -> bytes | None:
        """The logo as a small PNG, or nothing when none was sent."""
        file = self.cleaned_data["logo"]
        if not file:
            return None
        try:
            return encode_logo(file)
        except LogoRefused as error:
            raise forms.ValidationError(str(error)) from error

    def _readable(self, field: str) -> str:
        colour = str(self.cleaned_data[field]).lower()
        validate_colour(colour)
        try:
            refuse_unreadable(colour)
        except ContrastTooLow as error:
            ratio = f"{error.ratio:.1f}".replace(".", ",")
            raise forms.ValidationError(
                gettext("Trop pâle pour être lu sur du blanc : %(ratio)s pour 1, il faut 4,5.")
                % {"ratio": ratio}
            ) from error
        return colour


@admin.register(Charte, site=national_site)
class CharteAdmin(PortalAdmin):
    """A draft may be changed; what people see may not: draft another one."""

    form = CharteForm
    change_form_template = "admin/caisses/charte/change_form.html"
    caisse_position = 1
    list_display = ("__str__", "drafted_by", "redaction", "approved_by", "publication")
    list_filter = (("published_at", admin.EmptyFieldListFilter),)
    list_select_related = ("drafted_by", "approved_by")
    search_fields = ("=caisse__code",)
    ordering = ("-pk",)
    readonly_fields = _TRACE

    redaction = moment("drafted_at", _("rédigée le"))
    publication = moment("published_at", _("publiée le"))

    def has_add_permission(self, request: HttpRequest) -> bool:
        """National administrators draft."""
        return self.admin_site.has_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Drafts only."""
        draft = obj is None or getattr(obj, "published_at", None) is None
        return draft and self.admin_site.has_permission(request)

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        """A published charte has no file to choose; a new one has no trace yet."""
        if obj is None:
            return (*_WORDS, "logo")
        editable = self.has_change_permission(request, obj)
        return (*_WORDS, "logo", *_TRACE) if editable else (*_WORDS, *_TRACE)

    def save_model(self, request: HttpRequest, obj: Charte, form: CharteForm, change: bool) -> None:
        """Save the draft in the name of whoever touched it last."""
        if form.cleaned_data.get("logo"):
            obj.logo_png = form.cleaned_data["logo"]
        save_draft(charte=obj, author=request.user)

    def get_urls(self) -> list[URLPattern]:
        """Publication, and what the preview shows."""
        wrap = self.admin_site.admin_view
        return [
            path("<int:pk>/publier/", wrap(require_POST(self.publish_view)), name="charte_publish"),
            path(
                "<int:pk>/apercu.css", wrap(require_safe(self.css_view)), name="charte_preview_css"
            ),
            path(
                "<int:pk>/logo.png", wrap(require_safe(self.logo_view)), name="charte_preview_logo"
            ),
            *super().get_urls(),
        ]

    def publish_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Publish a draft of somebody else; says why when it is refused."""
        charte = self._visible_or_404(request, pk)
        try:
            publish_charte(charte=charte, approver=request.user, now=timezone.now())
        except CharteRefused as error:
            messages.error(request, str(error))
        else:
            self.log_change(request, charte, "publication")
            messages.success(request, _("La charte est publiée : les pages la montrent déjà."))
        return HttpResponseRedirect(reverse("national:caisses_charte_change", args=[pk]))

    def css_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The colours of the preview; the database checks that they are ``#rrggbb``."""
        charte = self._visible_or_404(request, pk)
        css = (
            f".charte-bouton{{background:{charte.couleur_principale}}}\n"
            f".charte-bandeau{{border-color:{charte.couleur_principale}}}\n"
            f".charte-lien{{color:{charte.couleur_principale}}}\n"
            f".charte-etape{{color:{charte.couleur_accent}}}\n"
        )
        return HttpResponse(css, content_type="text/css; charset=utf-8")

    def logo_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The logo of the preview."""
        content = logo(self._visible_or_404(request, pk))
        if not content:
            raise Http404
        return HttpResponse(content, content_type="image/png")

    def _visible_or_404(self, request: HttpRequest, pk: int) -> Charte:
        if not self.has_view_permission(request):
            raise PermissionDenied
        charte = self.get_object(request, str(pk))
        if charte is None:
            raise Http404
        return charte
