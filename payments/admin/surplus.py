"""Surpluses: what the person chose, and the choice of an agent for a person who does not."""

from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from caisses.admin.base import PortalAdmin, euros, moment
from caisses.sites import BOTH_SITES
from payments.models import TropPercu
from payments.models.surplus import TropPercuStatus
from payments.services.surplus_choosing import (
    AGENT_AFTER,
    SurplusRefused,
    ask_surplus_back,
    may_choose_for,
    place_surplus,
)
from payments.surplus_queries import offers_of_person

#: What the form says to have everything given back.
_BACK = "rendre"


class TropPercuAdmin(PortalAdmin):
    """Read-only, but for a choice made for the person."""

    change_form_template = "admin/payments/troppercu/change_form.html"
    list_display = ("__str__", "paiement", "montant", "status", "vu", "choix")
    list_filter = ("status", "seen_at")
    list_select_related = ("payment",)
    search_fields = ("=payment__reference", "=allocataire__numero")
    search_help_text = _("Référence entière du paiement, ou numéro d’allocataire.")
    ordering = ("-pk",)
    readonly_fields = ("lien_paiement", "montant", "deduit", "transmis", "lien_remboursement")
    fieldsets = (
        (None, {"fields": ("caisse", "lien_paiement", "montant", "status", "seen_at")}),
        (
            _("Ce qu’il devient"),
            {"fields": ("creance", "deduit", "lien_remboursement", "moved_creance", "transmis")},
        ),
        (_("Choix"), {"fields": ("chosen_at", "chosen_by")}),
    )

    montant = euros("amount_cents", _("montant"))
    deduit = euros("placed_cents", _("déduit de la dette choisie"))
    transmis = euros("sent_cents", _("transmis à la nouvelle caisse"))
    vu = moment("seen_at", _("vu le"))
    choix = moment("chosen_at", _("choisi le"))

    @admin.display(description=_("paiement"))
    def paiement(self, obj: TropPercu) -> str:
        """The payment, by its reference."""
        return obj.payment.reference

    @admin.display(description=_("paiement"))
    def lien_paiement(self, obj: TropPercu) -> SafeString:
        """A link to the payment."""
        address = self._page("admin:payments_payment_change", obj.payment_id)
        return format_html('<a href="{}">{}</a>', address, obj.payment.reference)

    @admin.display(description=_("remboursement"))
    def lien_remboursement(self, obj: TropPercu) -> SafeString | str:
        """A link to the refund, which somebody approves there."""
        if obj.refund is None:
            return "-"
        address = self._page("admin:payments_refund_change", obj.refund.pk)
        return format_html('<a href="{}">{}</a>', address, obj.refund.get_status_display())

    def get_urls(self) -> list[URLPattern]:
        """The stock pages, and the choice."""
        chosen = self.admin_site.admin_view(require_POST(self.choose))
        return [path("<int:pk>/choisir/", chosen, name="surplus_choose"), *super().get_urls()]

    def choose(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Choose for the person, then show what became of it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        surplus = self.get_object(request, str(pk))
        if surplus is None:
            raise Http404
        chosen = request.POST.get("choix", "")
        try:
            self._choose(request, surplus, chosen)
        except SurplusRefused as error:
            messages.error(request, str(error))
        else:
            self.log_change(request, surplus, f"choix {chosen}")
            messages.success(request, _("Le choix est enregistré en votre nom."))
        return HttpResponseRedirect(self._page("admin:payments_troppercu_change", pk))

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """The page, with the choice once an agent may make it."""
        surplus = kwargs["obj"]
        is_open = surplus.status == TropPercuStatus.A_CHOISIR
        context["is_open"] = is_open
        context["may_choose"] = is_open and may_choose_for(surplus, now=timezone.now())
        context["from_at"] = surplus.seen_at + AGENT_AFTER
        context["offers"] = offers_of_person(surplus) if is_open else []
        context["back"] = _BACK
        return super().render_change_form(request, context, *args, **kwargs)

    def _choose(self, request: HttpRequest, surplus: TropPercu, chosen: str) -> None:
        now = timezone.now()
        if chosen == _BACK:
            ask_surplus_back(surplus_id=surplus.pk, agent=request.user, now=now)
            return
        offered = {each.creance.public_id.hex for each in offers_of_person(surplus)}
        if chosen not in offered:
            raise SurplusRefused(_("Choisissez une dette de cette personne, ou de rendre."))
        place_surplus(
            surplus_id=surplus.pk, creance_id=UUID(hex=chosen), agent=request.user, now=now
        )

    def _page(self, name: str, pk: int) -> str:
        return reverse(name, args=[pk], current_app=self.admin_site.name)


for site in BOTH_SITES:
    site.register(TropPercu, TropPercuAdmin)
