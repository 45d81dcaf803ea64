"""Keys of the funds' software: made and shown once, followed, revoked."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from caf_portal.paris import paris_date
from caisses.admin.base import moment
from caisses.admin.funds import FundForm
from caisses.sites import BOTH_SITES
from echanges.admin.once import SecretAdmin
from echanges.models import CleApi
from echanges.services.keys import make_key, revoke_key


class NewKeyForm(FundForm):
    """Whose key, for what, until when."""

    label = forms.CharField(
        label=_("Libellé"),
        max_length=100,
        help_text=_("Le logiciel qui s’en servira, pour la reconnaître plus tard."),
    )
    may_write = forms.BooleanField(
        label=_("Peut envoyer des dettes"),
        required=False,
        help_text=_("Sans cette case, la clé ne fait que lire."),
    )
    expires_on = forms.DateField(
        label=_("Dernier jour"),
        required=False,
        help_text=_("Vide : sans limite."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def clean_expires_on(self) -> Any:
        """Not a day that is over."""
        last = self.cleaned_data["expires_on"]
        if last is not None and last < paris_date(timezone.now()):
            raise forms.ValidationError(_("Ce jour est passé."))
        return last


class CleApiAdmin(SecretAdmin):
    """Read-only but for making a key and revoking it."""

    change_form_template = "admin/echanges/cleapi/change_form.html"
    form_class = NewKeyForm
    new_title = _("Créer une clé d’API")
    new_words = _("La clé s’affichera une seule fois, à la page suivante.")
    list_display = ("prefix", "label", "may_write", "etat", "creation", "usage")
    list_filter = ("may_write", ("revoked_at", admin.EmptyFieldListFilter))
    search_fields = ("=prefix", "label")
    ordering = ("-pk",)
    readonly_fields = ("etat",)
    fieldsets = (
        (None, {"fields": ("caisse", "prefix", "label", "may_write", "etat")}),
        (_("Dates"), {"fields": ("created_by", "created_at", "expires_on", "revoked_at")}),
        (_("Usage"), {"fields": ("last_used_at",)}),
    )
    list_select_related: ClassVar[Any] = ("created_by",)

    creation = moment("created_at", _("créée le"))
    usage = moment("last_used_at", _("dernier usage"))

    @admin.display(description=_("état"))
    def etat(self, obj: CleApi) -> str:
        """Whether it still opens anything."""
        if obj.revoked_at is not None:
            return str(_("Révoquée"))
        if obj.expires_on is not None and obj.expires_on < paris_date(timezone.now()):
            return str(_("Terminée"))
        return str(_("En service"))

    def get_urls(self) -> list[URLPattern]:
        """The end of a key."""
        revoke = self.admin_site.admin_view(require_POST(self.revoke))
        return [path("<int:pk>/revoquer/", revoke, name="cle_revoke"), *super().get_urls()]

    def made(self, request: HttpRequest, form: Form) -> HttpResponse:
        """The key, shown once."""
        said = form.cleaned_data
        cle, token = make_key(**said, author=request.user, now=timezone.now())
        self.log_addition(request, cle, "création")
        return self.shown_once(
            request,
            cle,
            token,
            title=_("Clé créée"),
            called=_("Clé"),
            words=_(
                "Copiez cette clé maintenant dans le logiciel de la caisse : elle ne sera plus"
                " affichée. Perdue, elle se remplace par une autre."
            ),
        )

    def revoke(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Close a key for good: any agent of the fund may."""
        cle = self.seen(request, pk)
        if revoke_key(cle=cle, now=timezone.now()):
            self.log_change(request, cle, "révocation")
            messages.success(request, _("La clé est révoquée : elle n’ouvre plus rien."))
        else:
            messages.warning(request, _("Cette clé était déjà révoquée."))
        return self.back_to(pk)


for site in BOTH_SITES:
    site.register(CleApi, CleApiAdmin)
