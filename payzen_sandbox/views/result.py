"""The ticket: what became of the payment, and the way back to the shop."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from payzen_sandbox.models import Payment
from payzen_sandbox.models.notification import Outcome
from payzen_sandbox.services.returning import last_attempt, way_back
from payzen_sandbox.views.buyer_page import buyer_page, page_context


@require_safe
@buyer_page
def result(request: HttpRequest, payment: Payment) -> HttpResponse:
    """Shown once the shop has been told; a second click before that finds a page of patience."""
    attempt = last_attempt(payment)
    if payment.is_open and attempt is None:
        return redirect("method", payment.public_id)
    context = page_context(
        payment, step=4, attempt=attempt, way=way_back(payment), can_retry=payment.is_open
    )
    if payment.notifications.filter(outcome=Outcome.SENDING).exists():
        return render(request, "payzen_sandbox/telling.html", context)
    return render(request, "payzen_sandbox/result.html", context)
