"""Pages for what went wrong: they say what happened, what was debited or not, and what to do."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from caf_portal.problems import api_error

#: What the base page asks for when no context processor may run: they read the database.
_NOBODY = {"debtor": None, "caisse": None, "charte": None, "demo": False, "request": None}


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The request makes no sense to us."""
    return api_error(request, 400, code="bad_request") or _page("400", 400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The page exists and is not for this person."""
    told = api_error(request, 403, code="permission_denied")
    return told or render(request, "errors/403.html", status=403)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """No such page, or somebody else's: the two are not told apart."""
    told = api_error(request, 404, code="not_found")
    return told or render(request, "errors/404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Our fault. Needs neither the database nor a session: they may be what failed."""
    return api_error(request, 500, code="error") or _page("500", 500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form is too old or came from elsewhere; ``reason`` is for developers and is not shown."""
    return render(request, "errors/csrf.html", status=403)


def _page(name: str, status: int) -> HttpResponse:
    return HttpResponse(render_to_string(f"errors/{name}.html", _NOBODY), status=status)
