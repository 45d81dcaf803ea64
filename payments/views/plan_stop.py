"""``/echeancier/<uuid>/arreter/``: the person cancels what remains of a plan."""

from uuid import UUID

import structlog
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from allocataires.middleware import own_transactions
from allocataires.views.access import debtor_of, debtor_required
from caf_portal.database.scope import caisse_scope
from caf_portal.paris import paris_date
from payments.gateways.base import GatewayError
from payments.models import Payment
from payments.plan_queries import plan_view
from payments.services.stopping import PlanNotRunning, PlanNotStopped, PlanToStop, stop_plan
from payments.status import Cause
from payments.views.plan_detail import plan_payment

logger = structlog.get_logger(__name__)


@own_transactions
@debtor_required
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Say what will happen; then do it, with the platform, outside any transaction."""
    with caisse_scope(debtor_of(request).caisse_id):
        payment = plan_payment(request, public_id)
    if request.method != "POST":
        return _ask(request, payment)
    try:
        stop_plan(PlanToStop(payment.pk, payment.caisse_id), cause=Cause.PERSON, now=timezone.now())
    except PlanNotRunning:
        return redirect("payments:plan", public_id)
    except (PlanNotStopped, GatewayError) as error:
        logger.warning("payments.plan.stop_failed", plan=str(public_id), why=repr(error))
        return _ask(request, payment, failed=True)
    messages.success(request, _("Votre échéancier est arrêté : plus rien ne sera débité."))
    return redirect("payments:plan", public_id)


def _ask(request: HttpRequest, payment: Payment, *, failed: bool = False) -> HttpResponse:
    with caisse_scope(payment.caisse_id):
        view = plan_view(payment, today=paris_date(timezone.now()))
        return render(
            request,
            "payments/plan_stop.html",
            {"plan": view, "failed": failed},
            status=503 if failed else 200,
        )
