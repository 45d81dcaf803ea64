"""``/payfip/services/securite``: the SOAP service."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from payzen_sandbox.payfip import envelope
from payzen_sandbox.payfip.models import Mishaps
from payzen_sandbox.payfip.operations import CALLS
from payzen_sandbox.payfip.rules import Refused

_XML = "text/xml; charset=utf-8"


@csrf_exempt  # called by programs
@require_POST
def service(request: HttpRequest) -> HttpResponse:
    """One call. A fault comes with HTTP 500, as SOAP 1.1 says."""
    if Mishaps.now_on().service_down:
        return _fault(envelope.technical_fault("Le service est indisponible."))
    try:
        operation, asked = envelope.read(request.body)
        told = CALLS[operation](asked, now=timezone.now())
    except (envelope.Unreadable, KeyError):
        return HttpResponse("400", status=400, content_type="text/plain")
    except Refused as refusal:
        return _fault(envelope.functional_fault(refusal.code, refusal.sentence))
    return HttpResponse(envelope.answer(operation, told), content_type=_XML)


def _fault(body: bytes) -> HttpResponse:
    return HttpResponse(body, status=500, content_type=_XML)
