"""*Mes créances*: what is owed, why, what was repaid and how, what is left."""

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from allocataires.models import Creance
from allocataires.queries import Change, changes_by_kind, creances_of, history_of
from allocataires.recours import recours_of
from allocataires.views.access import debtor_of, debtor_required


@dataclass(frozen=True, slots=True)
class CreanceLine:
    """A debt and what moved it, as the list shows them."""

    creance: Creance
    changes: list[Change]


@debtor_required
@require_safe
def creances(request: HttpRequest) -> HttpResponse:
    """Every debt the debtor may see, those with something left first."""
    found = list(creances_of(debtor_of(request)).oldest_first())
    changes = changes_by_kind(found)
    lines = [CreanceLine(creance, changes[creance.pk]) for creance in found]
    context = {
        "open_lines": [line for line in lines if not line.creance.is_settled],
        "settled_lines": [line for line in lines if line.creance.is_settled],
        "total_cents": sum(creance.balance_cents for creance in found),
        "payable_cents": sum(creance.balance_cents for creance in found if creance.is_payable),
        "unclaimed_cents": sum(
            creance.balance_cents for creance in found if not creance.online_payment.claimed
        ),
    }
    return render(request, "allocataires/creances.html", context)


@debtor_required
@require_safe
def creance(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One debt: its history with the balance after each line, and what one may do.

    404 for a debt of somebody else, and for another debt of the same person when a letter
    opened the session.
    """
    visible = creances_of(debtor_of(request)).select_related("allocataire", "caisse")
    found = get_object_or_404(visible, public_id=public_id)
    context = {
        "creance": found,
        "reference": found.reference(caisse=found.caisse, allocataire=found.allocataire),
        "history": list(history_of(found)),
        "recours": recours_of(found.famille),
    }
    return render(request, "allocataires/creance.html", context)
