"""The page that takes the payer to the bank's, or says that the bank's page did not answer."""

from urllib.parse import urlsplit

import structlog
from csp.decorators import csp_update
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from caf_portal.database.scope import caisse_scope
from payments.gateways.base import GatewayError
from payments.gateways.choose import gateway_of
from payments.gateways.departures import HostedForm
from payments.models import Payment
from payments.services.departing import hand_over
from payments.services.starting import PaymentRefused

logger = structlog.get_logger(__name__)


def depart(request: HttpRequest, payment: Payment) -> HttpResponse:
    """Leave with an open payment; for views marked ``@own_transactions``, outside any scope."""
    try:
        form = hand_over(payment=payment, now=timezone.now())
    except PaymentRefused:
        # Finished in the meantime: its page says how.
        return redirect("payments:detail", payment.public_id)
    except GatewayError as error:
        logger.warning("payments.departure.failed", payment=str(payment.public_id), why=repr(error))
        return _page(request, payment, "payments/no_departure.html", status=503)
    return _to_the_bank(request, payment, form)


def _to_the_bank(request: HttpRequest, payment: Payment, form: HostedForm) -> HttpResponse:
    """The page whose form goes to the bank: the only one whose forms may."""
    parts = urlsplit(form.url)
    origin = f"{parts.scheme}://{parts.netloc}"

    @csp_update({"form-action": [origin]})
    def page(request: HttpRequest) -> HttpResponse:
        return _page(request, payment, "payments/depart.html", hosted=form)

    return page(request)


def _page(
    request: HttpRequest, payment: Payment, template: str, *, status: int = 200, **more: object
) -> HttpResponse:
    with caisse_scope(payment.caisse_id):
        name = gateway_of(payment.boutique).terms.name
        context = {"payment": payment, "platform": name, **more}
        return render(request, template, context, status=status)
