"""The style sheet and the logo of a fund, as files that browsers may keep for ever."""

from collections.abc import Callable

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from caf_portal.database.own_transactions import own_transactions
from caisses.branding import fingerprint, logo, published_chartes, stylesheet
from caisses.models import Caisse, Charte

_FOR_EVER = "public, max-age=31536000, immutable"


@own_transactions
@login_not_required
@require_safe
def charte_css(request: HttpRequest, code: str, fingerprint: str) -> HttpResponse:
    """The colours of a fund; 404 unless the name is the content's own."""
    return _file(code, fingerprint, stylesheet, "text/css; charset=utf-8")


@own_transactions
@login_not_required
@require_safe
def charte_logo(request: HttpRequest, code: str, fingerprint: str) -> HttpResponse:
    """The logo of a fund; 404 unless the name is the content's own."""
    return _file(code, fingerprint, logo, "image/png")


def _file(
    code: str, wanted: str, content_of: Callable[[Charte], bytes], content_type: str
) -> HttpResponse:
    try:
        chartes = published_chartes(code=code, now=timezone.now())
    except Caisse.DoesNotExist as error:
        raise Http404 from error
    for content in map(content_of, chartes):
        if content and fingerprint(content) == wanted:
            return HttpResponse(
                content, content_type=content_type, headers={"Cache-Control": _FOR_EVER}
            )
    raise Http404
