"""Payments: a list, and a page each with the whole story."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from caf_portal.database.own_transactions import own_transactions
from caf_portal.database.scope import scope_of
from caf_portal.paris import paris_date
from caisses.admin.base import PortalAdmin, euros, moment, visible
from caisses.perms import rights_of
from caisses.sites import BOTH_SITES
from payments.models import Payment, Transaction
from payments.models.notification import Outcome
from payments.plan_queries import plan_view
from payments.refund_queries import refundables_of
from payments.services.accepting import (
    AcceptRefused,
    Waiting,
    accept_money,
    give_up_money,
    waiting_transactions,
)
from payments.services.settled_checks import request_settled_check
from payments.timeline import timeline_of


class PaymentAdmin(PortalAdmin):
    """Read-only. Searched by reference, numéro d’allocataire or the platform's identifier."""

    change_form_template = "admin/payments/payment/change_form.html"
    list_display = ("reference", "numero", "montant", "status", "debut", "paiement")
    list_filter = ("status", "created_at", "channel")
    list_select_related = ("allocataire",)
    search_fields = ("=reference", "=allocataire__numero")
    search_help_text = _("Référence entière, numéro d’allocataire ou identifiant de la plateforme.")
    ordering = ("-pk",)
    readonly_fields = ("personne", "montant")
    fieldsets = (
        (None, {"fields": ("caisse", "reference", "personne", "montant", "status")}),
        (_("Accès"), {"fields": ("channel", "email", "langue", "boutique")}),
        (_("Dates"), {"fields": ("created_at", "last_form_at", "paid_at")}),
    )

    montant = euros("amount_cents", _("montant"))
    debut = moment("created_at", _("commencé le"))
    paiement = moment("paid_at", _("payé le"))

    @admin.display(description=_("n° d’allocataire"))
    def numero(self, obj: Payment) -> str:
        """The person, without a name."""
        return obj.allocataire.numero

    @admin.display(description=_("allocataire"))
    def personne(self, obj: Payment) -> SafeString:
        """A link to the person."""
        address = reverse(
            "admin:allocataires_allocataire_change",
            args=[obj.allocataire_id],
            current_app=self.admin_site.name,
        )
        return format_html('<a href="{}">{}</a>', address, obj.allocataire.numero)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """The platform's identifier of a transaction finds its payment; else, the stock search."""
        try:
            identifier = UUID(search_term.strip())
        except ValueError:
            return super().get_search_results(request, queryset, search_term)
        return queryset.filter(transactions__uuid=identifier), True

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """The page, with its timeline and what may be given back."""
        payment = kwargs["obj"]
        context["timeline"] = timeline_of(payment)
        context["refundables"] = refundables_of(payment)
        context["refunds"] = payment.refunds.order_by("-pk")
        context["waiting"] = waiting_transactions(payment)
        context["platform"] = payment.boutique.get_platform_display()
        if payment.echeancier_id:
            context["plan"] = plan_view(payment, today=paris_date(timezone.now()))
        return super().render_change_form(request, context, *args, **kwargs)

    def get_urls(self) -> list[URLPattern]:
        """The stock pages, the question to the platform and the word that lets money in."""
        ask = self.admin_site.admin_view(require_POST(self.ask_platform))
        # The platform is told outside any transaction: this view opens its own scope.
        accept = own_transactions(self.admin_site.admin_view(require_POST(self.accept)))
        give_up = own_transactions(self.admin_site.admin_view(require_POST(self.give_up)))
        return [
            path("<int:pk>/interroger/", ask, name="payment_ask_platform"),
            path("valider/<int:pk>/", accept, name="payment_accept"),
            path("renoncer/<int:pk>/", give_up, name="payment_give_up"),
            *super().get_urls(),
        ]

    def accept(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Let in the money of one transaction that waits for the fund's word."""
        return self._tell(request, pk, accept_money, _("L’encaissement est validé."))

    def give_up(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Cancel one transaction that waits, so that its debt may be paid otherwise."""
        done = _("La transaction est annulée : la dette peut être payée autrement.")
        return self._tell(request, pk, give_up_money, done)

    def _tell(
        self, request: HttpRequest, pk: int, work: Callable[..., Outcome], done: Any
    ) -> HttpResponse:
        rights = rights_of(request.user)
        with scope_of(rights.caisse_ids, national=rights.national):
            of_attempts = Transaction.objects.filter(payment__isnull=False)
            debit = get_object_or_404(visible(of_attempts, rights), pk=pk)
        try:
            work(Waiting(debit.pk, debit.caisse_id), now=timezone.now())
        except AcceptRefused as error:
            messages.error(request, str(error))
        else:
            messages.success(request, done)
        page = "admin:payments_payment_change"
        return HttpResponseRedirect(
            reverse(page, args=[debit.payment_id], current_app=self.admin_site.name)
        )

    def ask_platform(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Have the platform asked about a settled payment; a worker does it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        payment = self.get_object(request, str(pk))
        if payment is None:
            raise Http404
        if request_settled_check(payment=payment, now=timezone.now()):
            said = _("La plateforme est interrogée : rechargez cette page dans quelques secondes.")
            messages.success(request, said)
        page = reverse("admin:payments_payment_change", args=[pk], current_app=self.admin_site.name)
        return HttpResponseRedirect(page)


for site in BOTH_SITES:
    site.register(Payment, PaymentAdmin)
