"""Endpoints that serve a page's form and a test's JSON at one address.

Another site's page cannot post JSON here: the browser would first ask, and nobody answers. Posts
that a page can make, forms, are checked for the token.
"""

import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt, csrf_protect

View = Callable[..., HttpResponse]


class BadBody(ValueError):
    """The body is not a JSON object."""


def json_or_form(*, by_json: View) -> Callable[[View], View]:
    """Give JSON posts to `by_json` (with the parsed object), all the rest to the checked view."""

    def decorate(view: View) -> View:
        checked = csrf_protect(view)

        @csrf_exempt
        @wraps(view)
        def dispatch(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
            if request.method != "POST" or request.content_type != "application/json":
                return checked(request, *args, **kwargs)
            try:
                body = json_object(request)
            except BadBody as bad:
                return problem(str(bad))
            return by_json(request, body, *args, **kwargs)

        return dispatch

    return decorate


def json_object(request: HttpRequest) -> dict[str, Any]:
    """The body. Raises BadBody."""
    try:
        body = json.loads(request.body)
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise BadBody("not JSON") from error
    if not isinstance(body, dict):
        raise BadBody("not an object")
    return body


def problem(text: str, *, status: int = 400) -> JsonResponse:
    """`{"error": …}`."""
    return JsonResponse({"error": text}, status=status)
