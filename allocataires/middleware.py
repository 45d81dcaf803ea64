"""Puts each request inside the funds that its author may see (invariant 13)."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.response import SimpleTemplateResponse

from allocataires.session import Debtor
from caf_portal.database.own_transactions import own_transactions
from caf_portal.database.scope import caisse_scope, scope_of
from caisses.perms import rights_of

__all__ = ["ScopeMiddleware", "own_transactions", "request_scope"]


class ScopeMiddleware:
    """Runs each view, its template included, in one transaction scoped to its author's funds.

    Wrapping the view itself rather than the rest of the chain lets its exceptions roll the
    transaction back before Django turns them into responses. An anonymous request opens no
    transaction and, if it reads a walled table, sees nothing.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Nothing to do before the view is known."""
        return self.get_response(request)

    def process_view(
        self,
        request: HttpRequest,
        view: Callable[..., HttpResponse],
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
    ) -> HttpResponse | None:
        """Call the view in its scope, unless it is anonymous or minds its own transactions."""
        if getattr(view, "own_transactions", False):
            return None
        scope = request_scope(request)
        if scope is None:
            return None
        with scope:
            response = view(request, *args, **kwargs)
            if isinstance(response, SimpleTemplateResponse):
                # Lazy querysets are read here, while the scope is there.
                response.render()
        return response


def request_scope(request: HttpRequest) -> AbstractContextManager[None] | None:
    """The scope of an agent's or a debtor's request; ``None`` for anybody else."""
    rights = rights_of(request.user)
    if rights.any:
        return scope_of(rights.caisse_ids, national=rights.national)
    debtor = Debtor.of(request)
    return caisse_scope(debtor.caisse_id) if debtor else None
