"""Make a call of the API fail as asked: an error page, a cut, a silence, a late answer."""

import contextlib
import socket
import time

from django.http import HttpRequest, HttpResponse

from payzen_sandbox.models.rest_fault import RestFaultKind
from payzen_sandbox.services.rest_failures import RestFailure


def failed(request: HttpRequest, failure: RestFailure) -> HttpResponse:
    """What the caller gets instead of an answer."""
    if failure.kind is RestFaultKind.HTTP_500:
        return HttpResponse("<h1>Internal Server Error</h1>", status=500)
    if failure.kind is RestFaultKind.TIMEOUT:
        time.sleep(failure.seconds)
    return _cut(request)


def _cut(request: HttpRequest) -> HttpResponse:
    """Close the connection under gunicorn, which lends its socket; elsewhere, an empty 502."""
    connection: socket.socket | None = request.META.get("gunicorn.socket")
    if connection is not None:
        with contextlib.suppress(OSError):  # the caller may have left first
            connection.shutdown(socket.SHUT_RDWR)
    return HttpResponse(status=502)
