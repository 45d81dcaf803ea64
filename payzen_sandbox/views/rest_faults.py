"""Failures of the REST API: JSON for tests, a form in the switches' page."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from payzen_sandbox.services.rest_failures import (
    BadRestFault,
    ask_rest_fault,
    clear_rest_faults,
)
from payzen_sandbox.views.asked import json_or_form, problem


def _by_json(request: HttpRequest, body: dict[str, Any]) -> HttpResponse:
    """`{"kind": "cut", "service": "Transaction/Refund", "done": true}`, or `{"clear": true}`."""
    if body == {"clear": True}:
        clear_rest_faults()
        return JsonResponse({"cleared": True})
    try:
        fault = ask_rest_fault(body)
    except BadRestFault as bad:
        return problem(f"{bad}: unknown or wrong value")
    names = ("scope", "service", "kind", "seconds", "done")
    return JsonResponse({name: getattr(fault, name) for name in names} | {"times": fault.remaining})


@require_POST
@json_or_form(by_json=_by_json)
def rest_faults(request: HttpRequest) -> HttpResponse:
    """The form of the switches' page; a wrong value changes nothing and is said there."""
    if "clear" in request.POST:
        clear_rest_faults()
        return redirect("switches")
    asked = {name: request.POST.get(name, "") for name in ("scope", "service", "kind")}
    numbers = {name: _number(request.POST.get(name, "")) for name in ("seconds", "times")}
    try:
        ask_rest_fault({**asked, **numbers, "done": "done" in request.POST})
    except BadRestFault as bad:
        response = redirect("switches")
        response.headers["Location"] += f"?wrong={bad}"
        return response
    return redirect("switches")


def _number(text: str) -> int:
    """-1 for what is not a number: refused by the service, which names it."""
    return int(text) if text.isascii() and text.isdigit() else -1
