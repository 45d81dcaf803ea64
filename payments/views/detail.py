"""``/paiement/<uuid>/`` and ``…/statut/``: where one payment stands."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from allocataires.views.access import debtor_of, debtor_required
from payments.faces import LABELS, LIVE, face_of
from payments.models import Payment
from payments.queries import last_transaction, payments_of, shares_of, surplus_cents
from payments.refusals import sentence_of
from payments.services.polling import EXPIRE_AFTER
from payments.services.waiting import keep_asking
from payments.status import PaymentStatus


@debtor_required
@require_safe
def detail(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The page of one payment, with the face of its situation."""
    payment = _awaited(request, public_id)
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
            "closes_at": payment.last_form_at + EXPIRE_AFTER,
            "refusal": _refusal(payment),
            "surplus_cents": surplus_cents(shares),
        },
    )


@debtor_required
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


def _refusal(payment: Payment) -> str:
    if payment.status != PaymentStatus.REFUSED:
        return ""
    transaction = last_transaction(payment)
    return str(sentence_of(transaction.refusal if transaction else ""))
