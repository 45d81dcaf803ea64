"""The clock and the runs: a page for people, JSON for tests."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from payzen_sandbox import clock
from payzen_sandbox.models import Notification, Transaction
from payzen_sandbox.models.notification import Outcome
from payzen_sandbox.models.transaction import Status
from payzen_sandbox.rest.envelope import iso
from payzen_sandbox.services.runs import RUNS
from payzen_sandbox.views.asked import json_or_form, problem

RUN_LABELS = {
    "instalments": _("Demander les autorisations différées (échéances)"),
    "capture": _("Remettre en banque ce qui est autorisé"),
    "expiry": _("Faire expirer ce que personne n'a validé"),
    "retries": _("Envoyer les notifications retardées et les relances"),
}
MOVES = (
    (900, _("Un quart d'heure")),
    (86_400, _("Un jour")),
    (7 * 86_400, _("Sept jours")),
    (30 * 86_400, _("Trente jours")),
)


@require_safe
def batches(request: HttpRequest) -> HttpResponse:
    """The clock, how to move it, and the batches with what waits for each."""
    waiting = Transaction.objects.filter(status=Status.WAITING_AUTHORISATION)
    context = {
        "offset": clock.offset_seconds(),
        "moves": MOVES,
        "runs": RUN_LABELS.items(),
        "waiting": waiting.select_related("payment").order_by("presentation_at", "pk")[:50],
        "authorised": Transaction.objects.filter(status=Status.AUTHORISED).count(),
        "delayed": Notification.objects.filter(outcome=Outcome.WAITING).count(),
        "done": RUN_LABELS.get(request.GET.get("run", "")),
        "count": request.GET.get("count", ""),
    }
    return render(request, "payzen_sandbox/batches.html", context)


def _clock_answer() -> JsonResponse:
    return JsonResponse({"now": iso(clock.now()), "offset_seconds": clock.offset_seconds()})


def _move_by_json(request: HttpRequest, body: dict[str, Any]) -> JsonResponse:
    """`{"advance_seconds": n}` or `{"reset": true}`."""
    seconds = body.get("advance_seconds")
    if body == {"reset": True}:
        clock.reset()
    elif set(body) != {"advance_seconds"} or type(seconds) is not int:
        return problem("advance_seconds")
    else:
        try:
            clock.advance(seconds=seconds)
        except clock.BadMove:
            return problem("advance_seconds")
    return _clock_answer()


@require_http_methods(["GET", "HEAD", "POST"])
@json_or_form(by_json=_move_by_json)
def move_clock(request: HttpRequest) -> HttpResponse:
    """GET tells the clock in JSON; a form moves it by one of the page's steps, or resets it."""
    if request.method != "POST":
        return _clock_answer()
    if "reset" in request.POST:
        clock.reset()
    for seconds, _label in MOVES:
        if request.POST.get("advance_seconds") == str(seconds):
            clock.advance(seconds=seconds)
    return redirect("batches")


def _run_by_json(request: HttpRequest, body: dict[str, Any]) -> JsonResponse:
    """`{"run": "capture"}`."""
    name = body.get("run")
    if set(body) != {"run"} or not isinstance(name, str) or name not in RUNS:
        return problem("run")
    now = clock.now()
    return JsonResponse({"run": name, "count": RUNS[name](now=now), "now": iso(now)})


@require_POST
@json_or_form(by_json=_run_by_json)
def run(request: HttpRequest) -> HttpResponse:
    """Run one batch now; the page then says how many things it did."""
    name = request.POST.get("run", "")
    if name not in RUNS:
        return redirect("batches")
    count = RUNS[name](now=clock.now())
    response = redirect("batches")
    response.headers["Location"] += f"?run={name}&count={count}"
    return response
