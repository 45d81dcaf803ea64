"""Plans by card, as agents read them: promised against came in; an agent may stop what remains.

``recouvrement/admin/echeancier.py`` adds what is of every plan, and registers the page.
"""

from typing import Any

import structlog
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from allocataires.middleware import own_transactions, request_scope
from allocataires.models import Echeance, Echeancier
from allocataires.models.echeancier import EcheanceStatus
from caf_portal.paris import paris_date
from caisses.admin.base import PortalAdmin, ReadOnlyInline, euros, moment
from payments.gateways.base import GatewayError
from payments.models import Payment
from payments.plan_queries import PlanView, plan_view
from payments.services.stopping import PlanNotRunning, PlanNotStopped, PlanToStop, stop_plan
from payments.status import Cause

logger = structlog.get_logger(__name__)
_IN = (EcheanceStatus.PAID, EcheanceStatus.PAID_OTHERWISE)


class EcheanceInline(ReadOnlyInline):
    """The dues: what was promised beside what came in."""

    model = Echeance
    fields = ("rank", "prevue", "promis", "encaisse", "status", "reglement")
    readonly_fields = fields
    ordering = ("rank",)

    prevue = moment("due_on", _("date prévue"))
    promis = euros("amount_cents", _("promis"))
    reglement = moment("settled_at", _("réglée le"))

    @admin.display(description=_("encaissé"))
    def encaisse(self, obj: Echeance) -> str:
        """What came in for this due."""
        return str(euros("amount_cents", "")(self, obj)) if obj.status in _IN else "-"


class EcheancierAdmin(PortalAdmin):
    """Read-only, but for stopping what remains."""

    change_form_template = "admin/payments/echeancier/change_form.html"
    list_display = ("__str__", "numero", "reference", "total", "encaisse", "status", "accord")
    list_filter = ("status", "agreed_at")
    list_select_related = ("allocataire",)
    search_fields = ("=allocataire__numero", "=payments__reference")
    search_help_text = _("Numéro d’allocataire, ou référence entière du paiement.")
    ordering = ("-pk",)
    inlines = (EcheanceInline,)
    readonly_fields = ("numero", "paiement", "total", "encaisse")
    fieldsets = (
        (None, {"fields": ("caisse", "numero", "paiement", "status")}),
        (_("Combien"), {"fields": ("total", "encaisse", "agreed_at")}),
    )

    total = euros("total_cents", _("promis"))
    encaisse = euros("came_in_cents", _("encaissé"))
    accord = moment("agreed_at", _("accepté le"))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """With what came in, and the payment, in a fixed number of queries."""
        came_in = Sum("echeances__amount_cents", filter=Q(echeances__status__in=_IN))
        plans = super().get_queryset(request).annotate(came_in_cents=Coalesce(came_in, 0))
        return plans.prefetch_related("payments")

    @admin.display(description=_("n° d’allocataire"))
    def numero(self, obj: Echeancier) -> str:
        """The person, without a name."""
        return obj.allocataire.numero

    @admin.display(description=_("référence"))
    def reference(self, obj: Echeancier) -> str:
        """The reference of its payment."""
        return ", ".join(payment.reference for payment in obj.payments.all())

    @admin.display(description=_("paiement"))
    def paiement(self, obj: Echeancier) -> SafeString | str:
        """A link to its payment."""
        for payment in obj.payments.all():
            address = self._page("admin:payments_payment_change", payment.pk)
            return format_html('<a href="{}">{}</a>', address, payment.reference)
        return "-"

    def get_urls(self) -> list[URLPattern]:
        """The stopping, with its question."""
        stop = own_transactions(require_http_methods(["GET", "HEAD", "POST"])(self.stop_view))
        wrapped = self.admin_site.admin_view(stop)
        return [
            path("<int:pk>/arreter/", own_transactions(wrapped), name="echeancier_stop"),
            *super().get_urls(),
        ]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """The page, with the way to stop while there is something to stop."""
        context["plan"] = self._view(kwargs["obj"])
        return super().render_change_form(request, context, *args, **kwargs)

    def stop_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask, then cancel at the platform: outside any transaction, hence its own scopes."""
        payment = self._payment_or_404(request, pk)
        if request.method != "POST":
            return self._ask(request, pk)
        try:
            stop_plan(
                PlanToStop(payment.pk, payment.caisse_id), cause=Cause.AGENT, now=timezone.now()
            )
        except PlanNotRunning:
            messages.info(request, _("Il n’y a plus rien à arrêter."))
        except (PlanNotStopped, GatewayError) as error:
            logger.warning("payments.plan.stop_failed", plan=pk, why=repr(error))
            messages.error(request, _("La plateforme n’a pas tout annulé. Essayez de nouveau."))
        else:
            with _scope(request):
                self.log_change(request, Echeancier.objects.get(pk=pk), "arrêt")
            messages.success(request, _("L’échéancier est arrêté ; la personne en est prévenue."))
        return HttpResponseRedirect(self._page("admin:allocataires_echeancier_change", pk))

    def _ask(self, request: HttpRequest, pk: int) -> HttpResponse:
        with _scope(request):
            plan = self._view(self.get_queryset(request).get(pk=pk))
            context = {
                **self.admin_site.each_context(request),
                "title": _("Arrêter l’échéancier"),
                "opts": self.opts,
                "plan": plan,
            }
            page = TemplateResponse(request, "admin/payments/echeancier/stop.html", context)
            return page.render()

    def _payment_or_404(self, request: HttpRequest, pk: int) -> Payment:
        if not self.has_view_permission(request):
            raise PermissionDenied
        with _scope(request):
            plan = self.get_queryset(request).filter(pk=pk).first()
            payment = plan.payments.first() if plan else None
        if payment is None:
            raise Http404
        return payment

    def _view(self, plan: Echeancier) -> PlanView | None:
        payment = plan.payments.select_related("echeancier").first()
        return plan_view(payment, today=paris_date(timezone.now())) if payment else None

    def _page(self, name: str, pk: int) -> str:
        return reverse(name, args=[pk], current_app=self.admin_site.name)


def _scope(request: HttpRequest) -> Any:
    scope = request_scope(request)
    if scope is None:
        raise PermissionDenied
    return scope
