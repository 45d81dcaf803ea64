"""Agents: created, changed and deactivated by national administrators; never deleted."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import UserChangeForm
from django.db.models import Model
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from caisses.admin.base import PortalAdmin, ReadOnlyInline, moment
from caisses.models import Agent, Habilitation
from caisses.sites import national_site


class AgentChangeForm(UserChangeForm):
    """Refuses that a person shuts the door on himself: one administrator always remains."""

    actor: Agent

    def clean_is_active(self) -> bool:
        """Whether the agent may still log in."""
        active = bool(self.cleaned_data["is_active"])
        if not active and self.instance.pk == self.actor.pk:
            raise forms.ValidationError(_("Vous ne pouvez pas désactiver votre propre compte."))
        return active


class HabilitationInline(ReadOnlyInline):
    """The agent's rights."""

    model = Habilitation
    fields = ("role", "caisse", "granted_at")
    readonly_fields = fields
    related = ("caisse",)
    show_change_link = True


@admin.register(Agent, site=national_site)
class AgentAdmin(PortalAdmin, UserAdmin):
    """An agent who leaves is deactivated: what he did keeps his name."""

    caisse_position = None
    form = AgentChangeForm
    list_display = ("username", "last_name", "first_name", "is_active", "connexion")
    list_filter = ("is_active",)
    search_fields = ("username__istartswith", "last_name__istartswith", "=email")
    ordering = ("username",)
    filter_horizontal = ()
    readonly_fields = ("last_login", "date_joined")
    fieldsets = (
        (None, {"fields": ("username", "password", "is_active")}),
        (_("Personne"), {"fields": ("last_name", "first_name", "email")}),
        (_("Dates"), {"fields": ("last_login", "date_joined")}),
    )
    inlines = (HabilitationInline,)

    connexion = moment("last_login", _("dernière connexion"))

    def has_add_permission(self, request: HttpRequest) -> bool:
        """National administrators create agents; the rights are granted apart."""
        return self.admin_site.has_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """National administrators rename, deactivate and give new passwords."""
        return self.admin_site.has_permission(request)

    def get_form(
        self, request: HttpRequest, obj: Agent | None = None, **kwargs: Any
    ) -> type[forms.ModelForm]:
        """The form, told who is using it."""
        form = super().get_form(request, obj, **kwargs)
        return type(form.__name__, (form,), {"actor": request.user})
