"""What every page of the buyer shares: the payment, its language, its clock, its way back."""

from collections.abc import Callable
from functools import wraps
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.utils import translation

from payzen_sandbox import clock
from payzen_sandbox.models import Payment
from payzen_sandbox.services.returning import way_back
from payzen_sandbox.services.sessions import SessionClosed, expire_overdue

BuyerView = Callable[[HttpRequest, Payment], HttpResponse]


class SeeOther(HttpResponseRedirect):
    """303: whatever the method was, the next request is a GET."""

    status_code = 303


def buyer_page(view: BuyerView) -> Callable[[HttpRequest, UUID], HttpResponse]:
    """Give the view its payment; a session that is over leads to the result page."""

    @wraps(view)
    def page(request: HttpRequest, public_id: UUID) -> HttpResponse:
        expire_overdue(now=clock.now())
        payment = get_object_or_404(Payment, public_id=public_id)
        with translation.override(payment.language):
            try:
                response = view(request, payment)
            except SessionClosed:
                response = redirect("result", payment.public_id)
            response.headers["Content-Language"] = payment.language
        response.form_targets = [way_back(payment).origin]  # type: ignore[attr-defined]
        return response

    return page


def page_context(payment: Payment, *, step: int, **more: object) -> dict[str, object]:
    """What the buyer's templates need; `step` is 1 (method), 2 (card), 3 (bank) or 4 (result)."""
    return {
        "payment": payment,
        "shop": payment.shop,
        "step": step,
        "languages": offered_languages(payment),
        **more,
    }


def offered_languages(payment: Payment) -> list[tuple[str, str]]:
    """Languages of the selector: the shop's, narrowed by `vads_available_languages`."""
    names = {"fr": "Français", "en": "English"}
    asked = payment.fields.get("vads_available_languages", "")
    kept = [code for code in payment.shop.languages if not asked or code in asked.split(";")]
    return [(code, names[code]) for code in kept]
