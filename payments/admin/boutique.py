"""Shops, for national administrators. Their secrets are written here and never shown."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Model
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from caisses.admin.base import PortalAdmin
from caisses.sites import national_site
from payments.models import Boutique

_SECRETS = ("key", "rest_password")


class BoutiqueForm(ModelForm):
    """An empty secret keeps the one that is there."""

    class Meta:
        """What is asked."""

        model = Boutique
        fields = ("caisse", "site_id", "mode", "algorithm", "active", *_SECRETS)
        widgets = {
            name: forms.PasswordInput(render_value=False, attrs={"autocomplete": "off"})
            for name in _SECRETS
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in _SECRETS:
            self.initial.pop(name, None)
            if self.instance.pk:
                self.fields[name].required = False
                self.fields[name].help_text = _("Laissez vide pour garder la valeur enregistrée.")

    def clean_key(self) -> str:
        """The signature key, or the one that is there."""
        return self._kept("key")

    def clean_rest_password(self) -> str:
        """The REST password, or the one that is there."""
        return self._kept("rest_password")

    def _kept(self, name: str) -> str:
        return str(self.cleaned_data[name] or getattr(self.instance, name))


@admin.register(Boutique, site=national_site)
class BoutiqueAdmin(PortalAdmin):
    """Created, changed or put out of service; never deleted: payments name them."""

    form = BoutiqueForm
    caisse_position = 0
    list_display = ("site_id", "mode", "algorithm", "active")
    list_filter = ("mode", "active", "algorithm")
    search_fields = ("=site_id", "=caisse__code")
    ordering = ("site_id",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """National administrators open shops."""
        return self.admin_site.has_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """National administrators change keys."""
        return self.admin_site.has_permission(request)

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        """A shop that exists keeps its fund, number and mode: payments were made with them."""
        return ("caisse", "site_id", "mode") if obj else ()
