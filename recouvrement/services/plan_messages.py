"""What a person is told by e-mail about a plan that no card pays, and about changes of any plan."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from django.urls import reverse

from allocataires.models import Echeance, Echeancier
from allocataires.models.echeancier import PlanMeans
from recouvrement.plan_queries import end_of, reference_of
from relation_usager.models.message import MessageKind
from relation_usager.services.outbox import queue_message


def tell_plan_agreed(plan: Echeancier, *, langue: str, now: datetime) -> None:
    """Queue the word that a plan is in force, or that it was sent to the fund."""
    said = {"asked": plan.status == "ASKED", "count": plan.echeances.count()}
    _tell(MessageKind.PLAN_AGREED, plan, plan.public_id, said, langue=langue, now=now)


def tell_plan_decided(plan: Echeancier, *, now: datetime) -> None:
    """Queue the fund's answer. Its reason is read on the plan's page, not in a mail box."""
    said = {"accepted": plan.status == "ACTIVE"}
    _tell(MessageKind.PLAN_DECIDED, plan, plan.public_id, said, now=now)


def tell_plan_changed(plan: Echeancier, *, source_id: UUID, now: datetime) -> None:
    """Queue the word that dates or amounts changed, once a decision."""
    _tell(MessageKind.PLAN_CHANGED, plan, source_id, {}, now=now)


def tell_due_comes(plan: Echeancier, due: Echeance, *, amount_cents: int, now: datetime) -> None:
    """Queue the reminder of a due, once a date."""
    said = {
        "amount_cents": amount_cents,
        "due_on": due.due_on.isoformat(),
        "online": plan.means == PlanMeans.DEMANDE,
    }
    source_id = uuid5(due.public_id, due.due_on.isoformat())
    _tell(MessageKind.DUE_REMINDER, plan, source_id, said, now=now)


def page_of(plan: Echeancier) -> str:
    """The plan's page."""
    name = "payments:plan" if plan.means == PlanMeans.CARTE else "recouvrement:plan"
    return reverse(name, args=[plan.public_id])


def _tell(
    kind: MessageKind,
    plan: Echeancier,
    source_id: UUID,
    said: dict[str, Any],
    *,
    langue: str = "",
    now: datetime,
) -> None:
    end_on = end_of(plan)
    queue_message(
        caisse_id=plan.caisse_id,
        allocataire_id=plan.allocataire_id,
        kind=kind,
        source_id=source_id,
        to_address=plan.allocataire.email,
        langue=langue or plan.allocataire.langue,
        context={
            "reference": reference_of(plan),
            "amount_cents": plan.total_cents,
            "page": page_of(plan),
            **({"end_on": end_on.isoformat()} if end_on else {}),
            **said,
        },
        now=now,
    )
