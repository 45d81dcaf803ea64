"""`POST /api-payment/V4/<Service>`: authenticate, parse, dispatch, wrap."""

import json
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from payzen_sandbox.rest.authentication import authenticated_shop
from payzen_sandbox.rest.envelope import (
    BadCredentials,
    InvalidInput,
    ServiceError,
    failure,
    success,
)
from payzen_sandbox.rest.services import SERVICES


@csrf_exempt  # a server calls, with its own credentials and no cookie
@require_POST
def endpoint(request: HttpRequest, service: str) -> JsonResponse:
    """Answer in the documented envelope: HTTP 200 even for errors, 401 for bad credentials."""
    now = timezone.now()
    try:
        shop = authenticated_shop(request)
        if service not in SERVICES:
            raise InvalidInput(f"Unknown web service: {service}")
        answer = SERVICES[service](_body(request), shop, now)
    except BadCredentials as error:
        response = JsonResponse(failure(service, error, now=now), status=401)
        response.headers["WWW-Authenticate"] = 'Basic realm="PayZen sandbox"'
        return response
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
