"""``/lien/<token>/``: whoever holds the link pays, and sees the fund, a reference and an amount.

Anonymous: the token says which fund to look into, and each step opens that scope itself. An
address that was made up, or altered, and one whose link is not there get the same answer.
"""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.middleware.csrf import rotate_token
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from allocataires.middleware import own_transactions
from allocataires.session import open_session
from caf_portal.database.scope import caisse_scope
from caisses.branding import branding_of
from caisses.models import Caisse
from payments.forms import ConfirmationForm
from payments.link_address import NotALink, read_token
from payments.link_state import LinkState, agreed_cents, left_cents, state_of, with_parts
from payments.models import Payment, PaymentLink
from payments.queries import terms_of
from payments.services.case import SETTLED
from payments.services.links import LinkRefused, last_day_of, start_link_payment, visitor_of
from payments.services.starting import PaymentAlreadyOpen, PaymentRefused
from payments.status import PaymentStatus
from payments.views.departure import depart

#: Payments that a holder of the link may want to look at again.
_SHOWN = SETTLED | {PaymentStatus.PENDING}


@dataclass(frozen=True, slots=True)
class LinkPage:
    """All that the page shows, read in the fund's scope and nothing of the person."""

    link: PaymentLink
    state: LinkState
    amount_cents: int
    agreed_cents: int
    last_on: date
    payments: list[Payment]
    form: ConfirmationForm


@own_transactions
@login_not_required
@never_cache
@sensitive_post_parameters("email")
@require_http_methods(["GET", "HEAD", "POST"])
def link(request: HttpRequest, token: str) -> HttpResponse:
    """Show what the link lets pay, and leave for the bank's page with it."""
    caisse, public_id = _named(token)
    now = timezone.now()
    with caisse_scope(caisse.pk):
        page = _read(caisse, public_id, request, now)
    if request.method != "POST" or page.state != LinkState.USABLE or not page.form.is_valid():
        return _show(request, caisse, page, token=token)
    try:
        with caisse_scope(caisse.pk):
            payment = _start(request, page, now)
    except PaymentAlreadyOpen as error:
        if error.payment.link_id != page.link.pk:
            return _show(request, caisse, page, token=token, refusal=str(error))
        _let_in(request, page.link)
        return redirect("payments:detail", error.payment.public_id)
    except (LinkRefused, PaymentRefused) as error:
        with caisse_scope(caisse.pk):
            page = _read(caisse, public_id, request, now)
        return _show(request, caisse, page, token=token, refusal=str(error))
    _let_in(request, page.link)
    return depart(request, payment)


@own_transactions
@login_not_required
@never_cache
@require_POST
def link_payment(request: HttpRequest, token: str, public_id: UUID) -> HttpResponse:
    """Open the page of one payment that this link led to, with its receipt."""
    caisse, link_id = _named(token)
    with caisse_scope(caisse.pk):
        found = get_object_or_404(Payment, public_id=public_id, link__public_id=link_id)
        page_link = found.link
    _let_in(request, page_link)
    return redirect("payments:detail", public_id)


def _named(token: str) -> tuple[Caisse, UUID]:
    try:
        code, public_id = read_token(token)
    except NotALink as error:
        raise Http404 from error
    return get_object_or_404(Caisse, code=code), public_id


def _read(caisse: Caisse, public_id: UUID, request: HttpRequest, now: datetime) -> LinkPage:
    known = get_object_or_404(
        with_parts(PaymentLink.objects.filter(caisse=caisse)), public_id=public_id
    )
    return LinkPage(
        link=known,
        state=state_of(known, now=now),
        amount_cents=left_cents(known),
        agreed_cents=agreed_cents(known),
        last_on=last_day_of(known),
        payments=[payment for payment in known.payments.all() if payment.status in _SHOWN],
        form=ConfirmationForm(request.POST or None, terms=terms_of(caisse.pk)),
    )


def _start(request: HttpRequest, page: LinkPage, now: datetime) -> Payment:
    shown = request.POST.get("montant", "")[:12]
    return start_link_payment(
        link=page.link,
        expected_cents=int(shown) if shown.isascii() and shown.isdigit() else 0,
        email=page.form.cleaned_data["email"],
        email_shared=page.form.cleaned_data.get("partage", False),
        langue=get_language(),
        now=now,
    )


def _let_in(request: HttpRequest, page_link: PaymentLink) -> None:
    """From here on the browser is the link's visitor; whoever it was before is logged out."""
    open_session(request, visitor_of(page_link))
    rotate_token(request)


def _show(
    request: HttpRequest, caisse: Caisse, page: LinkPage, *, token: str, refusal: str = ""
) -> HttpResponse:
    with caisse_scope(caisse.pk):
        platform = terms_of(caisse.pk).name
    context = {
        "page": page,
        "platform": platform,
        "form": page.form,
        "token": token,
        "refusal": refusal,
        "caisse": caisse,
        "charte": branding_of(caisse, now=timezone.now()),
    }
    return render(request, f"payments/link/{page.state.lower()}.html", context)
