"""Subscriptions, and the log of what was posted to them."""

from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from caisses.admin.base import PortalAdmin, moment
from caisses.admin.funds import FundForm
from caisses.sites import BOTH_SITES
from echanges.admin.once import SecretAdmin
from echanges.models import Abonnement, Livraison
from echanges.services.subscriptions import (
    SubscriptionRefused,
    renew_secret,
    subscribe,
    switch,
)

_SECRET_WORDS = _(
    "Copiez ce secret maintenant dans le logiciel de la caisse : il ne sera plus affiché."
    " Perdu, il se remplace par un autre."
)


class NewSubscriptionForm(FundForm):
    """Where the fund's software listens."""

    url = forms.CharField(
        label=_("Adresse"),
        max_length=500,
        help_text=_("En https://. Chaque événement de la caisse y sera posté, signé."),
    )


class AbonnementAdmin(SecretAdmin):
    """Read-only but for subscribing, stopping, going on, and changing the secret."""

    change_form_template = "admin/echanges/abonnement/change_form.html"
    form_class = NewSubscriptionForm
    new_title = _("Abonner une adresse")
    new_words = _("Le secret de signature s’affichera une seule fois, à la page suivante.")
    list_display = ("__str__", "url", "active", "last_number", "creation")
    list_filter = ("active",)
    ordering = ("-pk",)
    fields = ("caisse", "url", "active", "last_number", "created_at")

    creation = moment("created_at", _("créé le"))

    def get_urls(self) -> list[URLPattern]:
        """What is done with a subscription."""
        wrap = self.admin_site.admin_view
        change, renew = wrap(require_POST(self.change)), wrap(require_POST(self.renew))
        return [
            path("<int:pk>/activer/", change, {"active": True}, name="abonnement_start"),
            path("<int:pk>/arreter/", change, {"active": False}, name="abonnement_stop"),
            path("<int:pk>/secret/", renew, name="abonnement_secret"),
            *super().get_urls(),
        ]

    def made(self, request: HttpRequest, form: Form) -> HttpResponse | None:
        """The subscription and its secret, shown once."""
        said = form.cleaned_data
        try:
            abonnement, secret = subscribe(**said, now=timezone.now())
        except SubscriptionRefused as error:
            form.add_error("url", str(error))
            return None
        self.log_addition(request, abonnement, "création")
        return self._secret(request, abonnement, secret, _("Adresse abonnée"))

    def change(self, request: HttpRequest, pk: int, active: bool) -> HttpResponse:
        """Stop, or go on from the first event that was not received."""
        abonnement = self.seen(request, pk)
        switch(abonnement=abonnement, active=active)
        self.log_change(request, abonnement, "reprise" if active else "arrêt")
        messages.success(
            request,
            _("Les envois reprennent là où ils en étaient.")
            if active
            else _("Plus rien n’est envoyé à cette adresse."),
        )
        return self.back_to(pk)

    def renew(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Another secret, shown once, by who may equip the fund."""
        abonnement = self.seen(request, pk)
        if not self.equips(request, abonnement):
            raise PermissionDenied
        secret = renew_secret(abonnement=abonnement)
        self.log_change(request, abonnement, "nouveau secret")
        return self._secret(request, abonnement, secret, _("Nouveau secret"))

    def _secret(self, request: HttpRequest, obj: Abonnement, secret: str, title: Any) -> Any:
        return self.shown_once(
            request, obj, secret, title=title, called=_("Secret"), words=_SECRET_WORDS
        )

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """The page, with the last tries and what can be done."""
        abonnement = kwargs["obj"]
        context["tries"] = abonnement.livraisons.order_by("-pk")[:20]
        context["equips"] = self.equips(request, abonnement)
        return super().render_change_form(request, context, *args, **kwargs)


class LivraisonAdmin(PortalAdmin):
    """The log: each try, and what the other side answered."""

    list_display = ("number", "attempt", "essaye", "status_code", "error", "took_ms", "abonnement")
    list_filter = ("status_code",)
    search_fields = ("=number",)
    search_help_text = _("Numéro d’événement entier.")
    ordering = ("-pk",)
    list_select_related: ClassVar[Any] = ("abonnement",)
    fields = ("caisse", "abonnement", "number", "attempt", "at", "status_code", "error", "took_ms")

    essaye = moment("at", _("le"))


for site in BOTH_SITES:
    site.register(Abonnement, AbonnementAdmin)
    site.register(Livraison, LivraisonAdmin)
