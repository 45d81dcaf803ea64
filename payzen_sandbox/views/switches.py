"""The switches: a page for people, JSON for tests, at one address."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from payzen_sandbox.faults import BadFaults, Faults
from payzen_sandbox.models import FaultRule, RestFault
from payzen_sandbox.models.fault_rule import EVERY_SHOP
from payzen_sandbox.models.rest_fault import RestFaultKind
from payzen_sandbox.rest.services import SERVICES
from payzen_sandbox.services.fault_rules import clear_faults, set_faults
from payzen_sandbox.shops import all_shops

FAULT_LABELS = {
    "drop": _("Perdre la notification"),
    "duplicate": _("L'envoyer deux fois"),
    "reorder": _("L'envoyer après la suivante"),
    "wrong_signature": _("Signature fausse"),
    "wrong_amount": _("Montant faux (un euro de plus)"),
    "wrong_currency": _("Devise fausse"),
    "wrong_mode": _("Mode faux (PRODUCTION)"),
    "wrong_shop": _("Boutique fausse"),
    "refuse_instalments": _("La banque refuse les échéances"),
    "refuse_refunds": _("La banque refuse les remboursements"),
    "capture_fails": _("La remise en banque échoue"),
}


# Another site's page cannot post JSON here: the browser would first ask, and nobody answers.
# Posts that a page can make, forms, go through the check below.
@csrf_exempt
@require_http_methods(["GET", "POST"])
def switches(request: HttpRequest) -> HttpResponse:
    """GET shows the switches; POST sets those of one scope, from a form or from JSON."""
    if request.method == "POST" and request.content_type == "application/json":
        return _set_from_json(request)
    return _page(request)


@csrf_protect
def _page(request: HttpRequest) -> HttpResponse:
    error = ""
    if request.method == "POST":
        try:
            _set_from_form(request)
            return redirect("switches")
        except BadFaults as bad:
            error = str(bad)
    context = {
        "rules": FaultRule.objects.order_by("scope", "next_payment_only"),
        "names": FAULT_LABELS.items(),
        "shops": all_shops().values(),
        "error": error,
        "rest_faults": RestFault.objects.order_by("pk"),
        "rest_kinds": RestFaultKind.choices,
        "services": SERVICES,
        "wrong": request.GET.get("wrong", ""),
    }
    status = 400 if error else 200
    return render(request, "payzen_sandbox/switches.html", context, status=status)


def _set_from_form(request: HttpRequest) -> None:
    if "clear" in request.POST:
        clear_faults()
        return
    delay = request.POST.get("delay_seconds", "").strip() or "0"
    if not (delay.isascii() and delay.isdigit()):
        raise BadFaults("delay_seconds")
    asked: dict[str, Any] = {name: True for name in FAULT_LABELS if name in request.POST}
    set_faults(
        scope=request.POST.get("scope", EVERY_SHOP).strip() or EVERY_SHOP,
        next_payment_only="next_payment_only" in request.POST,
        asked={
            **asked,
            "delay_seconds": int(delay),
            "trans_status": request.POST.get("trans_status", "").strip(),
        },
    )


def _set_from_json(request: HttpRequest) -> JsonResponse:
    """`{"scope": "all", "next_payment_only": false, "drop": true}`, or `{"clear": true}`."""
    try:
        asked = json.loads(request.body)
        if not isinstance(asked, dict):
            raise BadFaults("body")
        if asked == {"clear": True}:
            clear_faults()
            return JsonResponse({"cleared": True})
        scope, once = asked.pop("scope", EVERY_SHOP), asked.pop("next_payment_only", False)
        if not isinstance(scope, str) or not isinstance(once, bool):
            raise BadFaults("scope")
        faults: Faults = set_faults(scope=scope, next_payment_only=once, asked=asked)
    except json.JSONDecodeError:
        return JsonResponse({"error": "not JSON"}, status=400)
    except BadFaults as bad:
        return JsonResponse({"error": f"{bad}: unknown or wrong value"}, status=400)
    return JsonResponse({"scope": scope, "next_payment_only": once, "faults": faults.active})
