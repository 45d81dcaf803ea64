"""The demonstration's mail box: what the portal sent, readable without a mail reader."""

from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from relation_usager.maildir import Letter, letters_of


@login_not_required
@never_cache
@require_safe
def mailbox(request: HttpRequest) -> HttpResponse:
    """All the messages, newest first; this page exists in a demonstration only."""
    return render(request, "mailbox/list.html", {"letters": _letters()})


@login_not_required
@never_cache
@require_safe
def mailbox_message(request: HttpRequest, key: str) -> HttpResponse:
    """One message, its plain text only."""
    for letter in _letters():
        if letter.key == key:
            return render(request, "mailbox/message.html", {"letter": letter})
    raise Http404


def _letters() -> list[Letter]:
    if not settings.DEMO:
        raise Http404
    return letters_of(Path(settings.MAILBOX_PATH))
