"""``/paiement/<uuid>/`` and ``…/statut/``: where one payment stands."""

from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from allocataires.session import Debtor
from allocataires.views.access import debtor_of, payer_required
from payments.faces import LABELS, LIVE, face_of
from payments.gateways.choose import gateway_of
from payments.link_address import path_of
from payments.models import Payment
from payments.plan_queries import STARTED
from payments.queries import last_transaction, payments_of, shares_of, surplus_cents
from payments.refusals import sentence_of
from payments.services.waiting import keep_asking
from payments.status import PaymentStatus
from payments.views.choose import AGAIN


@payer_required
@require_safe
def detail(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The page of one payment, with the face of its situation."""
    payment = _awaited(request, public_id)
    if payment.echeancier is not None and payment.status in STARTED:
        return redirect("payments:plan", payment.echeancier.public_id)
    face = face_of(payment)
    shares = shares_of(payment)
    return render(
        request,
        f"payments/faces/{face}.html",
        {
            "payment": payment,
            "shares": shares,
            "label": LABELS[face],
            "live": face in LIVE,
            "closes_at": payment.last_form_at + gateway_of(payment.boutique).terms.finishes_within,
            "refusal": _refusal(payment),
            "surplus_cents": surplus_cents(shares),
            "again_url": _again_url(payment, debtor_of(request)),
        },
    )


@payer_required
@require_safe
def status(request: HttpRequest, public_id: UUID) -> JsonResponse:
    """For the waiting page: the state, in words, and nothing about the person."""
    payment = _awaited(request, public_id)
    return JsonResponse(
        {
            "status": payment.status,
            "final": not payment.is_in_progress,
            "label": str(LABELS[face_of(payment)]),
            "url": reverse("payments:detail", args=[public_id]),
        }
    )


def _awaited(request: HttpRequest, public_id: UUID) -> Payment:
    """The payment, about which the platform is asked again while somebody waits for it."""
    payment = get_object_or_404(payments_of(debtor_of(request)), public_id=public_id)
    if face_of(payment) in LIVE:
        keep_asking(payment=payment, now=timezone.now())
    return payment


def _again_url(payment: Payment, debtor: Debtor) -> str:
    """Where to pay the same again: by the link for whoever came by it, else by choosing."""
    if debtor.by_link and payment.link is not None:
        return path_of(payment.link)
    return f"{reverse('payments:choose')}?{urlencode({AGAIN: payment.public_id})}"


def _refusal(payment: Payment) -> str:
    if payment.status != PaymentStatus.REFUSED:
        return ""
    transaction = last_transaction(payment)
    return str(sentence_of(transaction.refusal if transaction else ""))
