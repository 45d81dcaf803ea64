"""`/t/<token>/`: where a payment link leads."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.http import require_http_methods

from payzen_sandbox import clock
from payzen_sandbox.models import PaymentOrder
from payzen_sandbox.services.payment_orders import OrderClosed, open_order


@require_http_methods(["GET", "HEAD", "POST"])
@csrf_protect
def payment_order(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows what is asked; POST opens the payment pages. A closed link says why."""
    order = get_object_or_404(PaymentOrder, token=token)
    language = order.locale[:2] if order.locale[:2] in order.shop.languages else "fr"
    closed = False
    with translation.override(language):
        if request.method == "POST":
            try:
                payment = open_order(order=order, now=clock.now())
                return redirect("method", payment.public_id)
            except OrderClosed:
                closed = True  # the page below says why
                order.refresh_from_db()
        context = {
            "order": order,
            "shop": order.shop,
            "status": order.status(clock.now()),
            "closed": closed,
        }
        response = render(request, "payzen_sandbox/payment_order.html", context)
        response.headers["Content-Language"] = language
    return response
