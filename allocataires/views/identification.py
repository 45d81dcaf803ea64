"""Recognising the debtor: by the letter, or by the demonstration's login; and leaving."""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.middleware.csrf import rotate_token
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from allocataires.demo.cast import CastMember, cast
from allocataires.forms import DemoLoginForm, LetterForm
from allocataires.services.demo_login import PASSWORD, LoginRefused, log_in
from allocataires.services.identification import (
    NotRecognised,
    ReferenceRefused,
    TooManyAttempts,
    identify_by_letter,
)
from allocataires.session import Debtor, close_session, open_session
from allocataires.views.access import NEXT, safe_next
from caf_portal.client_address import client_address
from caf_portal.database.own_transactions import own_transactions

_TO_THE_NEXT_MINUTE = timedelta(seconds=59)


@own_transactions
@login_not_required
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def identify(request: HttpRequest) -> HttpResponse:
    """Open a session on one debt with its letter's reference and a birth date."""
    form = LetterForm(request.POST or None)
    if form.is_valid():
        debtor = _by_letter(request, form)
        if debtor:
            return _welcome(request, debtor)
    context = {"form": form, "next": _next(request), "cast": _cast()}
    return render(request, "allocataires/identify.html", context)


@own_transactions
@login_not_required
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def demo_login(request: HttpRequest) -> HttpResponse:
    """Stand for caf.fr in a demonstration; anywhere else this page does not exist."""
    if not settings.DEMO:
        raise Http404
    form = DemoLoginForm(request.POST or None)
    if form.is_valid():
        try:
            debtor = log_in(**form.cleaned_data)
        except LoginRefused:
            form.add_error(None, _("Cet identifiant ou ce mot de passe n’est pas reconnu."))
        else:
            return _welcome(request, debtor)
    context = {"form": form, "next": _next(request), "password": PASSWORD, "cast": _cast()}
    return render(request, "allocataires/demo_login.html", context)


@own_transactions
@login_not_required
@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    """Forget the debtor; the browser is told to forget the pages too."""
    close_session(request)
    response = redirect("allocataires:home")
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


def _by_letter(request: HttpRequest, form: LetterForm) -> Debtor | None:
    """The debtor, or ``None`` with the reason written on the form."""
    try:
        return identify_by_letter(
            typed_reference=form.cleaned_data["reference"],
            birth_on=form.cleaned_data["birth_on"],
            address=client_address(request),
            now=timezone.now(),
        )
    except ReferenceRefused:
        form.add_error(
            "reference",
            _(
                "Il y a une faute de frappe dans cette référence : comparez chaque signe avec "
                "votre courrier."
            ),
        )
    except NotRecognised:
        form.add_error(
            None,
            _(
                "Nous ne trouvons pas de dette avec cette référence et cette date de naissance. "
                "Vérifiez les deux sur votre courrier."
            ),
        )
    except TooManyAttempts as error:
        until = timezone.localtime(error.until + _TO_THE_NEXT_MINUTE)
        today = until.date() == timezone.localdate()
        hour = date_format(until, "H:i" if today else "H:i (j F)")
        form.add_error(
            None,
            _("Il y a eu trop d’essais. Vous pourrez essayer de nouveau à %(hour)s.")
            % {"hour": hour},
        )
    return None


def _welcome(request: HttpRequest, debtor: Debtor) -> HttpResponse:
    open_session(request, debtor)
    rotate_token(request)
    return HttpResponseRedirect(safe_next(request, default="allocataires:creances"))


def _cast() -> tuple[CastMember, ...]:
    """The invented people whose letters and logins a demonstration shows; nobody elsewhere."""
    return cast(timezone.localdate()) if settings.DEMO else ()


def _next(request: HttpRequest) -> str:
    return request.POST.get(NEXT) or request.GET.get(NEXT, "")
