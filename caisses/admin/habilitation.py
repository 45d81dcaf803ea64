"""Rights: granted and revoked by national administrators."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from caisses.admin.base import PortalAdmin, moment
from caisses.models import Agent, Habilitation
from caisses.models.habilitation import Role
from caisses.services.habilitations import LastNationalRight, grant, revoke
from caisses.sites import national_site


class HabilitationForm(ModelForm):
    """A right on one fund, or a national one. The agent is named: a list would be endless."""

    agent = forms.ModelChoiceField(
        Agent.objects.filter(is_active=True),
        to_field_name="username",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        label=_("Nom d’utilisateur de l’agent"),
        error_messages={"invalid_choice": _("Aucun agent actif ne porte ce nom d’utilisateur.")},
    )

    class Meta:
        """What is asked."""

        model = Habilitation
        fields = ("agent", "role", "caisse")

    def clean(self) -> dict[str, Any]:
        """A national right has no fund; the others have one. The database says so too."""
        cleaned = super().clean() or self.cleaned_data
        national, caisse = cleaned.get("role") == Role.NATIONAL, cleaned.get("caisse")
        if national and caisse:
            raise forms.ValidationError({"caisse": _("Un droit national n’a pas de caisse.")})
        if cleaned.get("role") and not national and not caisse:
            raise forms.ValidationError({"caisse": _("Choisissez la caisse de ce droit.")})
        return cleaned


@admin.register(Habilitation, site=national_site)
class HabilitationAdmin(PortalAdmin):
    """A right is granted or revoked, never changed."""

    form = HabilitationForm
    caisse_position = 2
    list_display = ("agent", "role", "accordee")
    list_filter = ("role",)
    list_select_related = ("agent",)
    search_fields = ("agent__username__istartswith", "=caisse__code")
    ordering = ("-pk",)
    fields = ("agent", "role", "caisse", "granted_at")
    readonly_fields = ("granted_at",)

    accordee = moment("granted_at", _("accordée le"))

    def has_add_permission(self, request: HttpRequest) -> bool:
        """National administrators grant rights."""
        return self.admin_site.has_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Deleting a right is revoking it."""
        return self.admin_site.has_permission(request)

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        """The date is known once the right is granted."""
        return self.fields if obj else self.fields[:3]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Grant; the object shown afterwards is the one that was there, if it was."""
        granted = grant(agent=obj.agent, role=obj.role, caisse=obj.caisse, actor=request.user)
        obj.pk = granted.pk

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        """Ask, then revoke; the last national right stays."""
        try:
            return super().delete_view(request, object_id, extra_context)
        except LastNationalRight as error:
            messages.error(request, str(error))
            return HttpResponseRedirect(reverse("national:caisses_habilitation_changelist"))

    def delete_model(self, request: HttpRequest, obj: Habilitation) -> None:
        """Revoke."""
        revoke(habilitation=obj, actor=request.user)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Habilitation]) -> None:
        """Revoke one by one: each leaves its line in the log."""
        for habilitation in queryset:
            revoke(habilitation=habilitation, actor=request.user)
