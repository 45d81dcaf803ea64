"""``/paiement/<uuid>/recu.pdf``: the proof of a payment, for the person who made it."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from allocataires.views.access import debtor_of, payer_required
from payments.queries import payments_of
from payments.services.receipts import issue_receipt
from payments.status import PaymentStatus


@payer_required
@require_safe
def receipt(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The PDF of a payment paid in one go; any other payment has none.

    What a plan brought is proved by its own page, due by due: it did not come on one day.
    """
    paid = payments_of(debtor_of(request)).filter(
        status=PaymentStatus.PAID, echeancier__isnull=True
    )
    payment = get_object_or_404(paid.select_related("caisse"), public_id=public_id)
    response = HttpResponse(
        issue_receipt(
            payment=payment,
            now=timezone.now(),
            langue=get_language(),
            discreet=debtor_of(request).by_link,
        ),
        content_type="application/pdf",
    )
    response["Content-Disposition"] = f'inline; filename="recu-{payment.reference}.pdf"'
    return response
