"""Refuses the one character that no text of the database can hold, wherever it comes in.

PostgreSQL has no U+0000: a filter, a search or a session key that holds one would fail in the
driver, as an error of ours. No browser sends it by itself.
"""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import BadRequest
from django.http import HttpRequest, QueryDict
from django.http.response import HttpResponseBase

NULL = "\x00"


class NullCharacterMiddleware:
    """Answers 400 to an address or a form with a null character, and forgets such a cookie.

    Before whatever reads the session. Views without CSRF protection read bytes and mind
    themselves: reading their form here would take the bytes away.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Look at the address and the cookies."""
        if NULL in request.path_info or _holds(request.GET):
            raise BadRequest("a null character in the address")
        for name in [name for name, value in request.COOKIES.items() if NULL in name + value]:
            del request.COOKIES[name]
        return self.get_response(request)

    def process_view(
        self,
        request: HttpRequest,
        view: Callable[..., HttpResponseBase],
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
    ) -> None:
        """Look at the form, once it is known that the view takes one."""
        is_form = request.method == "POST" and not getattr(view, "csrf_exempt", False)
        if is_form and _holds(request.POST):
            raise BadRequest("a null character in the form")


def _holds(query: QueryDict) -> bool:
    return any(NULL in text for name, values in query.lists() for text in (name, *values))
