"""``/trop-percu/<uuid>/``: money paid in excess, and what the person wants done with it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from allocataires.views.access import debtor_of, debtor_required
from payments.models import TropPercu
from payments.models.surplus import TropPercuStatus
from payments.services.surplus_choosing import SurplusRefused, ask_surplus_back, place_surplus
from payments.surplus_queries import Offer, offers_for, surpluses_of

#: What the form says to have everything given back.
BACK = "rendre"


@debtor_required
@require_http_methods(["GET", "HEAD", "POST"])
def surplus(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show what may be chosen; then do it, once. Chosen already, it says what was."""
    debtor = debtor_of(request)
    found = get_object_or_404(surpluses_of(debtor), public_id=public_id)
    offers = offers_for(found, debtor)
    error = ""
    if request.method == "POST":
        try:
            _choose(found, offers, request.POST.get("choix", ""))
        except SurplusRefused as refused:
            error = str(refused)
            found = surpluses_of(debtor).get(pk=found.pk)
        else:
            messages.success(request, _("Votre choix est enregistré."))
            return redirect("payments:detail", found.payment.public_id)
    context = {
        "surplus": found,
        "offers": offers,
        "error": error,
        "is_open": found.status == TropPercuStatus.A_CHOISIR,
        "back": BACK,
    }
    return render(request, "payments/surplus.html", context)


def _choose(found: TropPercu, offers: list[Offer], chosen: str) -> None:
    now = timezone.now()
    if chosen == BACK:
        ask_surplus_back(surplus_id=found.pk, now=now)
        return
    creance = next((each.creance for each in offers if each.creance.public_id.hex == chosen), None)
    if creance is None:
        raise SurplusRefused(_("Choisissez ce que nous devons faire de cette somme."))
    place_surplus(surplus_id=found.pk, creance_id=creance.public_id, now=now)
