"""*Mes créances*: what is owed, why, what was repaid and how, what is left."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from allocataires.explanation import explain
from allocataires.ledger import ledger_of
from allocataires.models import Creance
from allocataires.proofs.standing import settled_on
from allocataires.queries import Change, changes_by_kind, creances_of, history_of
from allocataires.views.access import debtor_of, debtor_required
from caf_portal.paris import paris_date


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
    found = visible_creance(request, public_id)
    context = {**_context(request, found), "history": list(history_of(found))}
    return render(request, "allocataires/creance.html", context)


@debtor_required
@require_safe
def why(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The whole explanation of one debt, to be read or printed; same rule for 404."""
    found = visible_creance(request, public_id)
    return render(request, "allocataires/creance_why.html", _context(request, found))


@debtor_required
@require_safe
def ledger(request: HttpRequest) -> HttpResponse:
    """Every movement of every debt that the debtor may see, and what was left of all after it."""
    visible = creances_of(debtor_of(request))
    return render(request, "allocataires/creances_ledger.html", {"lines": ledger_of(visible)})


def visible_creance(request: HttpRequest, public_id: UUID) -> Creance:
    """The debt of an address, with its fund and person; 404 unless this debtor may see it."""
    visible = creances_of(debtor_of(request)).select_related("allocataire", "caisse")
    return get_object_or_404(visible, public_id=public_id)


def _context(request: HttpRequest, found: Creance) -> dict[str, Any]:
    today = paris_date(timezone.now())
    among = creances_of(debtor_of(request))
    return {
        "creance": found,
        "reference": found.reference(caisse=found.caisse, allocataire=found.allocataire),
        "why": explain(found, caisse=found.caisse, among=among, today=today),
        "today": today,
        "settled_on": settled_on(found),
    }
