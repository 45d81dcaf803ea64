"""`/vads-payment/`: where shops send their buyers."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from payzen_sandbox import clock
from payzen_sandbox.protocol.errors import FormRefused
from payzen_sandbox.services.opening import open_payment
from payzen_sandbox.views.buyer_page import SeeOther


@csrf_exempt  # the form comes from the shop's site; its signature is what protects it
@require_http_methods(["GET", "POST"])
def entry(request: HttpRequest) -> HttpResponse:
    """Check the form and lead the buyer to the payment pages, or say what is wrong (400).

    GET is tolerated, as Lyra's own library can build such a link.
    """
    fields = (request.POST if request.method == "POST" else request.GET).dict()
    try:
        payment = open_payment(fields=fields, now=clock.now())
    except FormRefused as refusal:
        # In PRODUCTION the buyer learns nothing of the cause: the back office does.
        shown = None if fields.get("vads_ctx_mode") == "PRODUCTION" else refusal
        return render(request, "payzen_sandbox/refused_form.html", {"refusal": shown}, status=400)
    return SeeOther(reverse("method", args=[payment.public_id]))
