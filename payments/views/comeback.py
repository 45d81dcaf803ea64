"""``/paiement/retour/<uuid>/``: where the bank's page sends people back. It decides nothing."""

from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from allocataires.session import Debtor
from payments.queries import payments_of
from payments.services.waiting import request_check

#: Put by us in the cancel address that we give to the platform; the platform's own fields are
#: not read here, signed or not.
CANCELLED = "annule"


@login_not_required
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def comeback(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Ask for the bank to be asked, then show where the payment stands.

    A browser that lost its session, or that came back by a cross-site POST (no cookie then), gets
    a page without any personal data, the same whether the payment exists or not.
    """
    debtor = Debtor.of(request)
    payment = payments_of(debtor).filter(public_id=public_id).first() if debtor else None
    if payment is None:
        return render(request, "payments/comeback.html", {"public_id": public_id})
    cancelled = request.GET.get(CANCELLED) == "1"
    request_check(payment=payment, cancelled=cancelled, now=timezone.now())
    return redirect("payments:detail", public_id)
