"""The language switch: a form, so that no link changes anything."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import check_for_language
from django.views.decorators.http import require_POST

from allocataires.views.access import safe_next
from caf_portal.database.own_transactions import own_transactions


@own_transactions
@login_not_required
@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Remember a language in a cookie and go back to the page; an unknown one changes nothing."""
    response = HttpResponseRedirect(safe_next(request, default="allocataires:home"))
    language = request.POST.get("language", "")
    if language in dict(settings.LANGUAGES) and check_for_language(language):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            language,
            max_age=365 * 24 * 3600,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    return response
