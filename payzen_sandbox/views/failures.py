"""Pages for requests that cannot be served."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: the form did not come from one of our pages, or the page was too old."""
    return render(request, "payzen_sandbox/csrf_failure.html", {"reason": reason}, status=403)
