"""Refunds: asked on the page of a payment, decided on their own page by somebody else."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from caisses.admin.base import PortalAdmin, euros, moment, visible
from caisses.perms import rights_of
from caisses.sites import BOTH_SITES
from payments.admin.refund_forms import AskRefundForm
from payments.models import Refund, Transaction
from payments.models.refund import RefundStatus
from payments.services.refunding import RefundRefused, approve_refund, ask_refund, reject_refund
from payments.services.remains import refundable_cents

_TRACE = ("asked_by", "asked_at", "decided_by", "decided_at", "sent_at", "settled_at")


class RefundAdmin(PortalAdmin):
    """Read-only but for two decisions, which are not those of whoever asked."""

    change_form_template = "admin/payments/refund/change_form.html"
    list_display = ("__str__", "paiement", "montant", "status", "origin", "demande", "asked_by")
    list_filter = ("status", "origin", "kind", "asked_at")
    list_select_related = ("payment", "asked_by")
    search_fields = ("=payment__reference", "=payment__allocataire__numero")
    search_help_text = _("Référence entière du paiement, ou numéro d’allocataire.")
    ordering = ("-pk",)
    readonly_fields = ("lien_paiement", "montant", "vu")
    fieldsets = (
        (None, {"fields": ("caisse", "lien_paiement", "montant", "vu", "reason", "status")}),
        (_("Chez la plateforme"), {"fields": ("origin", "kind", "gateway_id", "gateway_error")}),
        (_("Qui et quand"), {"fields": _TRACE}),
    )

    montant = euros("amount_cents", _("montant"))
    vu = euros("stated_cents", _("reste remboursable vu par le demandeur"))
    demande = moment("asked_at", _("demandé le"))

    @admin.display(description=_("paiement"))
    def paiement(self, obj: Refund) -> str:
        """The payment, by its reference; money of no attempt has none."""
        return obj.payment.reference if obj.payment else "-"

    @admin.display(description=_("paiement"))
    def lien_paiement(self, obj: Refund) -> SafeString:
        """A link to the payment, or else to the money that no attempt explains."""
        if obj.payment is None:
            address = self._page("admin:payments_transaction_change", obj.transaction_id)
            return format_html('<a href="{}">{}</a>', address, _("sans paiement"))
        address = self._page("admin:payments_payment_change", obj.payment_id)
        return format_html('<a href="{}">{}</a>', address, obj.payment.reference)

    def get_urls(self) -> list[URLPattern]:
        """The request, and the two decisions."""
        wrap = self.admin_site.admin_view
        ask = require_http_methods(["GET", "HEAD", "POST"])(self.ask_view)
        return [
            path("demander/<int:pk>/", wrap(ask), name="refund_ask"),
            path("<int:pk>/approuver/", wrap(require_POST(self.approve)), name="refund_approve"),
            path("<int:pk>/rejeter/", wrap(require_POST(self.reject)), name="refund_reject"),
            *super().get_urls(),
        ]

    def ask_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The form for one transaction, then back to the payment."""
        transactions = visible(Transaction.objects.all(), rights_of(request.user))
        debit = get_object_or_404(transactions.select_related("payment"), pk=pk)
        if debit.payment is None:
            raise Http404
        left_cents = refundable_cents(debit)
        form = AskRefundForm.offering(left_cents, request.GET)
        if request.method == "POST":
            form = AskRefundForm(request.POST)
            if form.is_valid() and self._asked(request, debit, form):
                return HttpResponseRedirect(
                    self._page("admin:payments_payment_change", debit.payment_id)
                )
        context = {
            **self.admin_site.each_context(request),
            "title": _("Demander un remboursement"),
            "opts": self.opts,
            "form": form,
            "debit": debit,
            "left_cents": left_cents,
        }
        return TemplateResponse(request, "admin/payments/refund/ask.html", context)

    def approve(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Let it go to the platform."""
        done = _(
            "Le remboursement est approuvé : il part vers la plateforme dans quelques secondes."
        )
        return self._decide(request, pk, approve_refund, "approbation", done)

    def reject(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Refuse the request."""
        return self._decide(request, pk, reject_refund, "refus", _("La demande est refusée."))

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """The page, with the decisions while there is one to take."""
        refund = kwargs["obj"]
        context["waits"] = refund.status == RefundStatus.ASKED
        context["is_mine"] = refund.asked_by_id == request.user.pk
        return super().render_change_form(request, context, *args, **kwargs)

    def _asked(self, request: HttpRequest, debit: Transaction, form: AskRefundForm) -> bool:
        try:
            refund = ask_refund(
                agent=request.user, transaction_id=debit.pk, now=timezone.now(), **form.said()
            )
        except RefundRefused as error:
            form.add_error(None, str(error))
            # What is left may have changed: the next try states what the page now shows.
            form.data = form.data.copy()
            form.data["stated_cents"] = str(refundable_cents(debit))
            return False
        self.log_change(request, refund, "demande")
        messages.success(
            request, _("Le remboursement est demandé : une autre personne doit l’approuver.")
        )
        return True

    def _decide(
        self, request: HttpRequest, pk: int, decide: Callable[..., Refund], word: str, done: Any
    ) -> HttpResponse:
        refund = self._visible_or_404(request, pk)
        try:
            decide(agent=request.user, refund_id=refund.pk, now=timezone.now())
        except RefundRefused as error:
            messages.error(request, str(error))
        else:
            self.log_change(request, refund, word)
            messages.success(request, done)
        return HttpResponseRedirect(self._page("admin:payments_refund_change", pk))

    def _visible_or_404(self, request: HttpRequest, pk: int) -> Model:
        if not self.has_view_permission(request):
            raise PermissionDenied
        refund = self.get_object(request, str(pk))
        if refund is None:
            raise Http404
        return refund

    def _page(self, name: str, pk: int) -> str:
        return reverse(name, args=[pk], current_app=self.admin_site.name)


for site in BOTH_SITES:
    site.register(Refund, RefundAdmin)
