"""How a due of a plan is shared between the plan's debts: the oldest first."""

from collections.abc import Iterable, Sequence

from django.db.models import Sum

from allocataires.models import Echeance, Mouvement
from allocataires.models.echeancier import EcheanceStatus
from allocataires.nomenclature import MouvementType
from payments.models import Affectation


def spread_due(
    affectations: Iterable[Affectation], dues: Sequence[Echeance], amount_cents: int
) -> dict[Affectation, int]:
    """Cents by debt for one more due, oldest debt first (order of D.553-4 CSS).

    No debt takes more than what the plan still means for it, nor more than what it still owes:
    what is then missing to ``amount_cents`` is a surplus. Debts that take nothing are left out.
    """
    posted = posted_by_dues(dues)
    shares: dict[Affectation, int] = {}
    left = amount_cents
    for row in sorted(affectations, key=_age):
        meant = row.amount_cents - posted.get(row.creance_id, 0)
        cents = max(min(left, meant, row.creance.balance_cents), 0)
        if cents:
            shares[row] = cents
            left -= cents
    return shares


def posted_by_dues(dues: Sequence[Echeance]) -> dict[int, int]:
    """Cents that the dues already brought to each debt, by its primary key."""
    sources = [due.public_id for due in dues]
    sources += [
        due.source_id
        for due in dues
        if due.source_id is not None and due.status == EcheanceStatus.PAID_OTHERWISE
    ]
    rows = (
        Mouvement.objects.filter(kind=MouvementType.CARTE, source_id__in=sources)
        .values("creance_id")
        .annotate(cents=Sum("amount_cents"))
        .order_by("creance_id")
    )
    return {row["creance_id"]: row["cents"] for row in rows}


def _age(row: Affectation) -> tuple[object, ...]:
    creance = row.creance
    return (creance.notified_on, creance.initial_cents, creance.pk)
