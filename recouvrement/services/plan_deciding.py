"""The fund's word on a plan of more than twelve months, and agents' or persons' end of a plan."""

from datetime import datetime, timedelta
from uuid import uuid5

from django.db import transaction

from allocataires.models import Echeancier
from allocataires.models.echeancier import (
    EcheanceStatus,
    EcheancierStatus,
    PlanMeans,
    ReportKind,
)
from allocataires.services.echeanciers import move_echeance, move_echeancier
from allocataires.services.plan_calendar import NOTICE
from allocataires.services.plan_money import OPEN, bring_in_line, lock_plan
from caf_portal.paris import paris_date
from caisses.models import Agent
from recouvrement.plan_queries import calendar_of
from recouvrement.services.plan_messages import tell_plan_changed, tell_plan_decided
from recouvrement.services.plan_reports import write_shifts

LONGEST_REASON = 500


class PlanNotWaiting(Exception):
    """The plan does not wait for a decision: somebody decided, or the person gave it up."""


class ReasonMissing(Exception):
    """A refusal says why: the person reads it."""


class PlanNotUnderWay(Exception):
    """There is nothing left to stop."""


@transaction.atomic
def decide_plan(
    *, echeancier_id: int, agent: Agent, accept: bool, reason: str, now: datetime
) -> Echeancier:
    """Accept or refuse a plan that a person asked for, once; the person is told.

    Runs in the agent's scope. Dues whose date passed while the plan waited are put off, all
    together, until the first one leaves time to prepare it. Raises ``PlanNotWaiting``,
    ``ReasonMissing``.
    """
    reason = reason.strip()[:LONGEST_REASON]
    if not accept and not reason:
        raise ReasonMissing
    plan, _dues = lock_plan(echeancier_id)
    if plan.status != EcheancierStatus.ASKED:
        raise PlanNotWaiting(str(plan))
    plan.status = EcheancierStatus.ACTIVE if accept else EcheancierStatus.REFUSED
    plan.decided_at, plan.decided_by, plan.decision_note = now, agent, reason
    plan.save(update_fields=["status", "decided_at", "decided_by", "decision_note"])
    if accept:
        _put_off_what_passed(plan, agent, now=now)
        bring_in_line(echeancier_id, now=now)
    else:
        _cancel_dues(echeancier_id, now=now)
    tell_plan_decided(plan, now=now)
    return plan


@transaction.atomic
def stop_own_plan(*, echeancier_id: int, now: datetime) -> Echeancier:
    """End a plan that no card pays, by the person or by an agent; what was paid stays paid.

    A plan that waited for the fund's word is given up. Raises ``PlanNotUnderWay``.
    """
    plan, _dues = lock_plan(echeancier_id)
    running = {EcheancierStatus.ASKED, EcheancierStatus.ACTIVE}
    if plan.means == PlanMeans.CARTE or plan.status not in running:
        raise PlanNotUnderWay(str(plan))
    _cancel_dues(echeancier_id, now=now)
    move_echeancier(plan, EcheancierStatus.STOPPED)
    tell_plan_changed(plan, source_id=plan.public_id, now=now)
    return plan


def _cancel_dues(echeancier_id: int, *, now: datetime) -> None:
    _plan, dues = lock_plan(echeancier_id)
    for due in dues:
        if due.status in OPEN:
            move_echeance(due, EcheanceStatus.CANCELLED, now=now)


def _put_off_what_passed(plan: Echeancier, agent: Agent, *, now: datetime) -> None:
    """As many months as it takes; each one is a decision of its own in the dues' history."""
    earliest = paris_date(now) + NOTICE - timedelta(days=1)
    for month in range(24):
        calendar = calendar_of(plan)
        first = min((on for _rank, on in calendar.to_come), default=None)
        if first is None or first >= earliest:
            return
        write_shifts(
            plan,
            calendar.later_by_a_month(),
            kind=ReportKind.DEPLACEE,
            source_id=uuid5(plan.public_id, f"accord {month}"),
            agent=agent,
            now=now,
        )
