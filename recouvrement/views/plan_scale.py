"""``/combien-par-mois/``: what the scale asks a month, line by line; nothing is kept."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from allocataires.views.access import debtor_of, debtor_required
from bareme import (
    DeemedQuotientUnknown,
    Reading,
    Retenue,
    ScaleUnknown,
    Situation,
    Territory,
    monthly_retenue,
    scale_of_year,
    scale_on,
)
from bareme.scales import Scale
from caf_portal.paris import paris_date
from caisses.models import Caisse
from recouvrement.scale_forms import ScaleForm
from recouvrement.scale_words import assumptions_of, sentences_of

#: The last year whose amounts were seen (see ``bareme/README.md``).
LAST_KNOWN_YEAR = 2025


@dataclass(frozen=True, slots=True)
class Reckoned:
    """One reading of the scale, in words."""

    retenue: Retenue
    sentences: list[str]

    @property
    def amount_cents(self) -> int:
        """The month's amount."""
        return self.retenue.amount_cents


@sensitive_post_parameters()
@debtor_required
@require_http_methods(["GET", "HEAD", "POST"])
def scale(request: HttpRequest) -> HttpResponse:
    """Ask, compute and show: sent by POST so that no figure is in an address or a log."""
    today = paris_date(timezone.now())
    caisse = Caisse.objects.get(pk=debtor_of(request).caisse_id)
    territory = Territory.of_departement(caisse.departement_code)
    known = known_scale(today, territory)
    form = ScaleForm(request.POST if request.method == "POST" else None)
    context: dict[str, Any] = {"form": form, "known": known, "unknown": False, "results": []}
    if known is not None and form.is_valid():
        situation = form.situation(on=today, territory=territory)
        results = readings_of(situation, known)
        context |= {"results": results, "unknown": not results}
        if results:
            context["assumptions"] = assumptions_of(results[0].retenue)
            context["alone"] = not form.cleaned_data["foyer"]
    return render(request, "recouvrement/plan_scale.html", context)


def known_scale(today: date, territory: Territory) -> Scale | None:
    """The amounts of this year, else the last ones that were seen, else none: never a guess."""
    try:
        return scale_on(today, territory=territory)
    except ScaleUnknown:
        pass
    try:
        return scale_of_year(LAST_KNOWN_YEAR, territory=territory)
    except ScaleUnknown:
        return None


def readings_of(situation: Situation, known: Scale) -> list[Reckoned]:
    """The reading most favourable to the person, and the other one if it differs."""
    try:
        found = [monthly_retenue(situation, reading=each, scale=known) for each in Reading]
    except DeemedQuotientUnknown:
        return []
    if len({each.amount_cents for each in found}) == 1:
        found = found[:1]
    return [Reckoned(each, sentences_of(each)) for each in found]
