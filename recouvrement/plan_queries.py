"""What the pages read of plans that no card pays, inside the debtor's scope."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from django.db.models import QuerySet

from allocataires.models import Creance, Echeance, Echeancier, PartEcheancier
from allocataires.models.echeancier import EcheanceStatus, PlanMeans
from allocataires.services.echeanciers import is_in_own_plan
from allocataires.services.plan_calendar import Calendar
from allocataires.session import Debtor
from payments.models import Payment
from payments.status import PaymentStatus


def own_plans_of(debtor: Debtor) -> QuerySet[Echeancier]:
    """The plans without a card that this debtor may see, the latest first.

    A letter opens one debt only: it shows no plan that says anything of another one.
    """
    plans = Echeancier.objects.filter(
        caisse_id=debtor.caisse_id, allocataire_id=debtor.allocataire_id
    ).exclude(means=PlanMeans.CARTE)
    if debtor.by_link:
        return plans.none()
    if debtor.by_letter:
        others = PartEcheancier.objects.exclude(creance_id=debtor.creance_id)
        plans = plans.filter(parts__creance_id=debtor.creance_id).exclude(
            pk__in=others.values("echeancier_id")
        )
    return plans.select_related("caisse", "allocataire").order_by("-pk")


def is_in_a_plan(creances: Collection[UUID]) -> bool:
    """Whether a plan, by card or not, already repays one of these debts or is asked for it."""
    by_card = Payment.objects.filter(
        status=PaymentStatus.SCHEDULED, affectations__creance__public_id__in=creances
    )
    return by_card.exists() or is_in_own_plan(creances)


def calendar_of(plan: Echeancier) -> Calendar:
    """The dates of a plan, as changes read them."""
    dues = list(Echeance.objects.filter(echeancier=plan).order_by("rank"))
    return Calendar(
        to_come=tuple((due.rank, due.due_on) for due in dues if _is_planned(due)),
        taken=frozenset(due.due_on for due in dues if not _is_planned(due)),
        day=plan.day,
    )


def reference_of(plan: Echeancier) -> str:
    """What a plan is called in messages and on transfers: its day and a part of its identifier."""
    return f"E{plan.agreed_at:%y%m%d}-{plan.public_id.hex[:8].upper()}"


def debts_of(plan: Echeancier) -> list[Creance]:
    """The debts that a plan repays, in its order; those of its payment when a card pays it."""
    if plan.means == PlanMeans.CARTE:
        of_plan = Creance.objects.filter(affectations__payment__echeancier=plan)
        return list(of_plan.oldest_first().distinct())
    return list(Creance.objects.filter(parts__echeancier=plan).order_by("parts__rank"))


def end_of(plan: Echeancier) -> date | None:
    """The last date to come."""
    return calendar_of(plan).last_after(())


def _is_planned(due: Echeance) -> bool:
    return due.status == EcheanceStatus.PLANNED
