"""Shops, for national administrators. Their secrets are written here and never shown."""

import re
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Model
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from caf_portal.database.own_transactions import own_transactions
from caf_portal.database.scope import national_scope
from caisses.admin.base import PortalAdmin, moment
from caisses.sites import national_site
from payments.admin.boutique_checks import in_service_beside, setting_errors
from payments.models import Boutique
from payments.models.boutique import Mode
from payments.services.shop_settings import (
    ShopRefused,
    approve_opening,
    ask_opening,
    change_signature,
    check_keys,
)

_SECRETS = ("key", "rest_password")
_IDENTITY = ("caisse", "platform", "site_id", "mode")
_FORM = (
    "payment_cards",
    "theme_config",
    "threeds",
    "capture_delay_days",
    "validation_mode",
    "return_mode",
    "redirect_success_seconds",
    "redirect_error_seconds",
)
#: How the platform wants them written (sheet A.5); nothing that the signature could not carry.
_CARDS = re.compile(r"[A-Z0-9_-]{2,30}(;[A-Z0-9_-]{2,30})*")
_THEME = re.compile(r"[A-Z0-9_]{2,60}=[^;=<>+\"]{1,200}(;[A-Z0-9_]{2,60}=[^;=<>+\"]{1,200})*")
_TRACE = ("signature_changed_at", "opening_asked_by", "opening_asked_at", "opened_by", "opened_at")


class BoutiqueForm(ModelForm):
    """An empty secret keeps the one that is there."""

    class Meta:
        """What is asked."""

        model = Boutique
        fields = (*_IDENTITY, "algorithm", "active", *_SECRETS, *_FORM)
        widgets = {
            name: forms.PasswordInput(render_value=False, attrs={"autocomplete": "off"})
            for name in _SECRETS
        }
        help_texts = {
            "payment_cards": _("Vide : toutes celles du contrat. Exemple : CB;VISA;MASTERCARD"),
            "theme_config": _("Vide : celui du back-office de la plateforme."),
            "threeds": _("Vide : au choix de la banque. 3 ou 4 demandent un code."),
            "capture_delay_days": _("Vide : celui de la plateforme. De 0 à 365 jours."),
            "validation_mode": _("Vide : celui de la plateforme. 0 automatique, 1 manuel."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in _SECRETS:
            self.initial.pop(name, None)
            if self.instance.pk and name in self.fields:
                self.fields[name].required = False
                self.fields[name].help_text = _("Laissez vide pour garder la valeur enregistrée.")

    def clean_key(self) -> str:
        """The signature key, or the one that is there."""
        return self._kept("key")

    def clean_rest_password(self) -> str:
        """The REST password, or the one that is there."""
        return self._kept("rest_password")

    def clean_payment_cards(self) -> str:
        """Codes and semicolons: one word more and the platform refuses every form (error 08)."""
        return self._written_as(
            "payment_cards",
            _CARDS,
            _("Écrivez des codes de cartes séparés par des points-virgules : CB;VISA;MASTERCARD"),
        )

    def clean_theme_config(self) -> str:
        """Names and values: a mistake here refuses every form too (error 32)."""
        return self._written_as(
            "theme_config",
            _THEME,
            _("Écrivez des réglages séparés par des points-virgules : SIMPLIFIED_DISPLAY=true"),
        )

    def clean_active(self) -> bool:
        """A shop of real money is opened by two people, and not by a tick."""
        active = bool(self.cleaned_data["active"])
        mode = self.instance.mode or self.cleaned_data.get("mode")
        if active and mode == Mode.PRODUCTION and not self.instance.opened_by_id:
            raise forms.ValidationError(
                _("Enregistrez sans cocher, puis demandez l’ouverture : il faut deux personnes.")
            )
        return active

    def clean(self) -> dict[str, Any]:
        """Values that the platform knows, and one shop in service for a fund."""
        cleaned = super().clean() or {}
        for name, sentence in setting_errors(cleaned).items():
            self.add_error(name, sentence)
        if cleaned.get("active"):
            self._refuse_second_in_service(cleaned)
        return cleaned

    def _refuse_second_in_service(self, cleaned: dict[str, Any]) -> None:
        caisse = cleaned.get("caisse")
        other = in_service_beside(
            shop=self.instance,
            caisse_id=caisse.pk if caisse else self.instance.caisse_id,
            mode=cleaned.get("mode") or self.instance.mode,
        )
        if other is not None:
            sentence = _("Cette caisse a déjà une boutique en service : la %(number)s.")
            self.add_error("active", sentence % {"number": other.site_id})

    def _written_as(self, name: str, shape: re.Pattern[str], sentence: Any) -> str:
        value = str(self.cleaned_data[name]).strip()
        if value and not shape.fullmatch(value):
            raise forms.ValidationError(sentence)
        return value

    def _kept(self, name: str) -> str:
        return str(self.cleaned_data[name] or getattr(self.instance, name))


@admin.register(Boutique, site=national_site)
class BoutiqueAdmin(PortalAdmin):
    """Created, changed or put out of service; never deleted: payments name them."""

    form = BoutiqueForm
    change_form_template = "admin/payments/boutique/change_form.html"
    caisse_position = 0
    list_display = ("site_id", "platform", "mode", "algorithm", "active", "ouverture")
    list_filter = ("platform", "mode", "active", "algorithm")
    search_fields = ("=site_id", "=caisse__code")
    ordering = ("site_id",)

    ouverture = moment("opened_at", _("ouverte le"))

    def has_add_permission(self, request: HttpRequest) -> bool:
        """National administrators create shops."""
        return self.admin_site.has_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """National administrators change keys."""
        return self.admin_site.has_permission(request)

    def get_fieldsets(self, request: HttpRequest, obj: Model | None = None) -> Any:
        """Who it is, what signs, what the form says, and what was done with it."""
        return (
            (None, {"fields": (*_IDENTITY, "active")}),
            (_("Secrets"), {"fields": ("algorithm", *_SECRETS)}),
            (_("Ce que dit le formulaire"), {"fields": _FORM}),
            *([(_("Suivi"), {"fields": _TRACE})] if obj else []),
        )

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        """A shop that exists keeps its fund, number and mode: payments were made with them."""
        return (*_IDENTITY, *_TRACE) if obj else _TRACE

    def save_model(
        self, request: HttpRequest, obj: Boutique, form: BoutiqueForm, change: bool
    ) -> None:
        """A change of key or algorithm keeps the former pair for a day."""
        if change and {"key", "algorithm"} & set(form.changed_data):
            signed = change_signature(
                boutique=obj, key=obj.key, algorithm=obj.algorithm, now=timezone.now()
            )
            obj.former_key, obj.former_algorithm = signed.former_key, signed.former_algorithm
            obj.signature_changed_at = signed.signature_changed_at
        super().save_model(request, obj, form, change)

    def get_urls(self) -> list[URLPattern]:
        """Checking the keys and opening a shop, in pages that mind their own transactions."""
        return [
            self._action("verifier", self.check_view, "boutique_check"),
            self._action("demander", self.ask_view, "boutique_ask"),
            self._action("ouvrir", self.approve_view, "boutique_approve"),
            *super().get_urls(),
        ]

    def check_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask the platform whether the keys work."""
        return self._answer(request, pk, check_keys, _("La plateforme accepte ces clés."))

    def ask_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask for a shop to be opened, once its keys work."""

        def ask(*, boutique: Boutique) -> None:
            check_keys(boutique=boutique)
            with national_scope():
                ask_opening(boutique=boutique, agent=request.user, now=timezone.now())

        return self._answer(request, pk, ask, _("Demandé : une autre personne doit l’ouvrir."))

    def approve_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Open a shop that somebody else asked for, once its keys work."""

        def approve(*, boutique: Boutique) -> None:
            check_keys(boutique=boutique)
            with national_scope():
                approve_opening(
                    boutique=boutique,
                    agent=request.user,
                    typed_number=request.POST.get("number", ""),
                    now=timezone.now(),
                )

        return self._answer(request, pk, approve, _("La boutique est en service."))

    def _action(self, word: str, view: Any, name: str) -> URLPattern:
        # The platform is asked outside any transaction: these views open their own scopes.
        guarded = own_transactions(self.admin_site.admin_view(require_POST(view)))
        return path(f"<int:pk>/{word}/", guarded, name=name)

    def _answer(self, request: HttpRequest, pk: int, work: Any, done: Any) -> HttpResponse:
        with national_scope():
            boutique = get_object_or_404(Boutique, pk=pk)
        try:
            work(boutique=boutique)
        except ShopRefused as error:
            messages.error(request, str(error))
        else:
            with national_scope():
                self.log_change(request, boutique, str(done))
            messages.success(request, done)
        return HttpResponseRedirect(reverse("national:payments_boutique_change", args=[pk]))
