"""Who may open a debtor's page: ``@debtor_required`` and ``@payer_required``."""

from collections.abc import Callable
from functools import wraps
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import cache_control

from allocataires.session import Debtor

NEXT = "next"
View = Callable[..., HttpResponse]


def debtor_required(view: View) -> View:
    """Send whoever is not identified to the identification page, and bring them back after.

    The page is never kept by a browser or a proxy: the next person at the same computer must not
    read it with the Back button. Only the address of a page that can be opened again (GET) is kept
    for the way back. Agents' logins do not count here: a debtor is not a Django user.
    """

    return _guarded(view, links_too=False)


def payer_required(view: View) -> View:
    """Like ``debtor_required``, and let in who came by a payment link too.

    For the pages of a payment, which show such a visitor the payments of their link only.
    """
    return _guarded(view, links_too=True)


def _guarded(view: View, *, links_too: bool) -> View:
    @wraps(view)
    @cache_control(private=True, no_store=True)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        debtor = Debtor.of(request)
        if debtor is None or (debtor.by_link and not links_too):
            return _to_identification(request)
        return view(request, *args, **kwargs)

    return login_not_required(guarded)


def debtor_of(request: HttpRequest) -> Debtor:
    """The debtor of a page under ``@debtor_required``; raises ``PermissionDenied`` elsewhere."""
    debtor = Debtor.of(request)
    if debtor is None:
        raise PermissionDenied
    return debtor


def safe_next(request: HttpRequest, *, default: str) -> str:
    """The address to go back to, if it is one of ours; else the page named ``default``."""
    wanted = request.POST.get(NEXT) or request.GET.get(NEXT, "")
    ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if ours else reverse(default)


def _to_identification(request: HttpRequest) -> HttpResponse:
    address = reverse("allocataires:identify")
    if request.method == "GET":
        address += "?" + urlencode({NEXT: request.get_full_path()})
    return HttpResponseRedirect(address)
