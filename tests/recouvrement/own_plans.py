"""Builds plans that no card pays, and what happens to their debts."""

from datetime import datetime
from uuid import UUID, uuid4

from allocataires.models import Creance, Echeance, Echeancier
from allocataires.models.echeancier import PlanMeans
from allocataires.nomenclature import MouvementType
from allocataires.services.mouvements import Posting, post_mouvements
from allocataires.services.plan_money import Reckoning, reckon
from caf_portal.database.scope import caisse_scope, national_scope
from caf_portal.paris import paris_date
from recouvrement.services.plan_agreeing import Wish, agree_own_plan
from recouvrement.services.plan_tending import PlanTarget, tend_plan
from tests.payments.factories import NOW, debtor_of


def own_plan(
    *creances: Creance,
    monthly_cents: int = 50_00,
    day: int = 6,
    means: PlanMeans = PlanMeans.AUTRE,
    shares: dict[UUID, int] | None = None,
    first: UUID | None = None,
    note: str = "",
    now: datetime = NOW,
) -> Echeancier:
    """A plan of these debts, whole unless ``shares`` says otherwise."""
    asked = shares or {creance.public_id: creance.balance_cents for creance in creances}
    wish = Wish(
        shares=asked, monthly_cents=monthly_cents, day=day, means=means, first=first, note=note
    )
    with caisse_scope(creances[0].caisse_id):
        return agree_own_plan(debtor=debtor_of(creances[0]), wish=wish, langue="fr", now=now)


def arrives(creance: Creance, kind: str, cents: int, *, now: datetime) -> None:
    """A movement comes in from the fund's software."""
    with caisse_scope(creance.caisse_id):
        post_mouvements(
            caisse_id=creance.caisse_id,
            kind=MouvementType(kind),
            postings=[Posting(creance.pk, cents)],
            value_on=paris_date(now),
            source_id=uuid4(),
            now=now,
        )


def tend(plan: Echeancier, *, now: datetime) -> None:
    """What the hourly sweep does with this plan."""
    tend_plan(PlanTarget(plan.pk, plan.caisse_id), now=now)


def dues_of(plan: Echeancier) -> list[Echeance]:
    """As they stand, first to last by rank."""
    with national_scope():
        return list(Echeance.objects.filter(echeancier=plan).order_by("rank"))


def states_of(plan: Echeancier) -> list[str]:
    """Their states."""
    return [due.status for due in dues_of(plan)]


def dates_of(plan: Echeancier) -> list[str]:
    """Their dates."""
    return [due.due_on.isoformat() for due in dues_of(plan)]


def reckoned(plan: Echeancier) -> Reckoning:
    """The plan against its debts."""
    with national_scope():
        return reckon(Echeancier.objects.get(pk=plan.pk))
