"""`POST /api-payment/V4/<Service>`: authenticate, parse, dispatch, wrap."""

import json
import time
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from payzen_sandbox import clock
from payzen_sandbox.models.rest_fault import RestFaultKind
from payzen_sandbox.rest.authentication import authenticated_shop
from payzen_sandbox.rest.envelope import (
    BadCredentials,
    InvalidInput,
    ServiceError,
    failure,
    success,
)
from payzen_sandbox.rest.failing import failed
from payzen_sandbox.rest.services import SERVICES
from payzen_sandbox.services.operations import OperationRefused
from payzen_sandbox.services.rest_failures import take_rest_fault
from payzen_sandbox.shops import Shop


@csrf_exempt  # a server calls, with its own credentials and no cookie
@require_POST
def endpoint(request: HttpRequest, service: str) -> HttpResponse:
    """Answer in the documented envelope: HTTP 200 even for errors, 401 for bad credentials.

    A technical failure asked for by a tester comes instead of the answer, before or after the
    operation is carried out.
    """
    now = clock.now()
    try:
        shop = authenticated_shop(request)
    except BadCredentials as error:
        response = JsonResponse(failure(service, error, now=now), status=401)
        response.headers["WWW-Authenticate"] = 'Basic realm="PayZen sandbox"'
        return response
    fault = take_rest_fault(site_id=shop.site_id, service=service)
    if fault is not None and not fault.done:
        return failed(request, fault)
    answer = _answer(request, service, shop, now=now)
    if fault is None:
        return answer
    if fault.kind is RestFaultKind.LATE:
        time.sleep(fault.seconds)
        return answer
    return failed(request, fault)


def _answer(request: HttpRequest, service: str, shop: Shop, *, now: datetime) -> JsonResponse:
    try:
        if service not in SERVICES:
            raise InvalidInput(f"Unknown web service: {service}")
        answer = SERVICES[service](_body(request), shop, now)
    except OperationRefused as refused:
        error = ServiceError(refused.code, refused.message)
        return JsonResponse(failure(service, error, now=now))
    except ServiceError as error:
        return JsonResponse(failure(service, error, now=now))
    return JsonResponse(success(service, answer, now=now))


def _body(request: HttpRequest) -> dict[str, Any]:
    try:
        body = json.loads(request.body)
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise InvalidInput("The body is not JSON") from error
    if not isinstance(body, dict):
        raise InvalidInput("The body is not an object")
    return body
