"""`POST /load/`: one request for a whole payment, in load mode only."""

from django.conf import settings
from django.http import Http404, HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from payzen_sandbox import clock
from payzen_sandbox.cards import find_card
from payzen_sandbox.protocol.errors import FormRefused
from payzen_sandbox.services.load import Paid, pay_at_once
from payzen_sandbox.views.asked import problem

DEFAULT_CARD = "4970100000000055"


@csrf_exempt  # a benchmark posts the shop's signed form; the signature protects it
@require_POST
def load(request: HttpRequest) -> JsonResponse:
    """Pay the form at once with `load_card`; 404 unless SANDBOX_LOAD_MODE is on."""
    if not settings.ENVIRONMENT.load_mode:
        raise Http404
    fields = request.POST.dict()
    card = find_card(fields.pop("load_card", DEFAULT_CARD))
    if card is None:
        return problem("load_card")
    try:
        paid = pay_at_once(fields=fields, card=card, now=clock.now())
    except FormRefused as refusal:
        return JsonResponse({"error": refusal.code, "field": refusal.field}, status=400)
    return JsonResponse(_answer(paid))


def _answer(paid: Paid) -> dict[str, object]:
    call = paid.calls[0] if paid.calls else None
    told = None
    if call is not None:
        told = {name: getattr(call, name) for name in ("outcome", "http_status", "duration_ms")}
    return {
        "trans_uuid": paid.transaction.uuid,
        "trans_status": paid.transaction.status,
        "notification": told,
        "fields": call.fields if call else {},
    }
