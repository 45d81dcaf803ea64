"""The payer's page, and a page that lists operations and makes the service unpleasant."""

from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from payzen_sandbox.payfip.clients import all_clients
from payzen_sandbox.payfip.finishing import RESULTS, finish
from payzen_sandbox.payfip.models import Mishaps, Operation

_SWITCHES = ("service_down", "notifications_lost")


@require_http_methods(["GET", "POST"])
def payment(request: HttpRequest) -> HttpResponse:
    """``paiementws.web?idop=…``: choose how the payment ends, then go back to the shop."""
    operation = get_object_or_404(Operation, idop=request.GET.get("idop", ""))
    payable = operation.is_payable(timezone.now())
    if request.method == "POST" and payable:
        if request.POST.get("result") not in RESULTS:
            raise Http404
        finish(operation, request.POST["result"], now=timezone.now())
        return redirect(request.get_full_path())
    context = {
        "operation": operation,
        "payable": payable,
        "client": all_clients()[operation.numcli],
        "way_back": f"{operation.urlredirect}?{urlencode({'idop': operation.idop})}",
    }
    return render(request, "payfip/payment.html", context)


@require_http_methods(["GET", "POST"])
def office(request: HttpRequest) -> HttpResponse:
    """What was asked lately, what it became, and the switches."""
    mishaps = Mishaps.now_on()
    if request.method == "POST":
        for name in _SWITCHES:
            setattr(mishaps, name, name in request.POST)
        mishaps.save()
        return redirect("payfip_office")
    operations = Operation.objects.all()[:100]
    return render(request, "payfip/office.html", {"operations": operations, "mishaps": mishaps})
