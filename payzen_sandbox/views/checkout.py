"""The buyer's pages before the result: method, card, authentication, and the way out."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from payzen_sandbox import clock
from payzen_sandbox.cards import TEST_CARDS
from payzen_sandbox.forms import CardForm, ChallengeForm
from payzen_sandbox.models import Payment
from payzen_sandbox.protocol.rules import NETWORKS
from payzen_sandbox.services import attempts, sessions
from payzen_sandbox.services.returning import way_back
from payzen_sandbox.views.buyer_page import SeeOther, buyer_page, offered_languages, page_context


@require_http_methods(["GET", "POST"])
@buyer_page
def method(request: HttpRequest, payment: Payment) -> HttpResponse:
    """Choose the network of the card; skipped when the form allows one only."""
    sessions.lock_open(payment, now=clock.now())
    offered = _offered_networks(payment)
    chosen = request.POST.get("network") if len(offered) > 1 else offered[0]
    if chosen in offered:
        sessions.choose_network(payment=payment, network=chosen, now=clock.now())
        return redirect("card", payment.public_id)
    context = page_context(payment, step=1, networks=offered)
    return render(request, "payzen_sandbox/method.html", context)


@require_http_methods(["GET", "POST"])
@buyer_page
def card(request: HttpRequest, payment: Payment) -> HttpResponse:
    """Card data; then the result, or the bank's authentication page."""
    now = clock.now()
    sessions.lock_open(payment, now=now)
    if not payment.network:
        return redirect("method", payment.public_id)
    form = CardForm(request.POST or None, network=payment.network, today=now.date())
    if form.is_valid():
        attempt = attempts.submit_card(payment=payment, entry=form.entry(), now=now)
        return redirect("challenge" if attempt is None else "result", payment.public_id)
    several = len(_offered_networks(payment)) > 1
    cards = [each for each in TEST_CARDS if payment.network in {each.network, "CB"}]
    context = page_context(payment, step=2, form=form, cards=cards, several_networks=several)
    return render(request, "payzen_sandbox/card.html", context)


@require_http_methods(["GET", "POST"])
@buyer_page
def challenge(request: HttpRequest, payment: Payment) -> HttpResponse:
    """The bank's authentication (3-D Secure): type the code shown, or decline."""
    now = clock.now()
    payment = sessions.lock_open(payment, now=now)
    if payment.pending_card is None:
        return redirect("card", payment.public_id)
    if "decline" in request.POST:
        attempts.refuse_challenge(payment=payment, now=now)
        return redirect("result", payment.public_id)
    form = ChallengeForm(request.POST or None)
    if form.is_valid():
        code = form.cleaned_data["code"]
        if attempts.submit_challenge(payment=payment, code=code, now=now) is not None:
            return redirect("result", payment.public_id)
        form.add_error("code", _("Ce code n'est pas le bon. Recommencez."))
    context = page_context(payment, step=3, form=form, code=attempts.CHALLENGE_CODE)
    return render(request, "payzen_sandbox/challenge.html", context)


@require_POST
@buyer_page
def cancel(request: HttpRequest, payment: Payment) -> HttpResponse:
    """Leave without paying: straight back to the shop, unless data must go by a form."""
    payment = sessions.cancel(payment=payment, now=clock.now())
    way = way_back(payment)
    return redirect("result", payment.public_id) if way.fields else SeeOther(way.url)


@require_POST
@buyer_page
def language(request: HttpRequest, payment: Payment) -> HttpResponse:
    """Show the pages in another language, then the same page again."""
    wanted = request.POST.get("language", "")
    if wanted in dict(offered_languages(payment)):
        sessions.choose_language(payment=payment, language=wanted)
    page = request.POST.get("page", "")
    if url_has_allowed_host_and_scheme(page, allowed_hosts=None):
        return SeeOther(page)
    return SeeOther(reverse("method", args=[payment.public_id]))


def _offered_networks(payment: Payment) -> list[str]:
    """The networks of `vads_payment_cards` that the sandbox has; all when it is empty."""
    asked = payment.fields.get("vads_payment_cards", "")
    return [name for name in NETWORKS if not asked or name in asked.split(";")]
