"""Keeps plans that no card pays in line with their debts: other money, stops, reminders, delays.

Swept: each plan in a transaction of its own, under its locks, so that a sweep may be lost or run
twice. Nothing depends on who wrote a movement: the fund's software, an agent, a payment.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid5

from django.conf import settings
from django.db.models import QuerySet

from allocataires.models import Echeance, Echeancier
from allocataires.models.echeancier import (
    EcheanceStatus,
    EcheancierStatus,
    PlanMeans,
    ReportKind,
)
from allocataires.services.plan_money import Reckoning, bring_in_line, lock_plan
from caf_portal.database.scope import caisse_scope, national_scope
from caf_portal.paris import paris_date
from caf_portal.sweeping import try_each
from comptabilite.models.anomalie import AnomalieKind
from comptabilite.services.anomalies import open_anomalie
from recouvrement.plan_queries import calendar_of, reference_of
from recouvrement.services.plan_changes import record_change
from recouvrement.services.plan_messages import tell_due_comes, tell_plan_changed


@dataclass(frozen=True, slots=True)
class PlanTarget:
    """A plan to look at, outside any transaction."""

    echeancier_id: int
    caisse_id: int


def funds_with_plans() -> list[int]:
    """The funds where a plan that no card pays is under way."""
    with national_scope():
        return list(_running().order_by("caisse_id").values_list("caisse_id", flat=True).distinct())


def settle_dues_by_other_money(*, caisse_id: int, now: datetime) -> int:
    """Tend every plan of a fund that no card pays; how many there were.

    Lowering movements on a plan's debts settle its dues, the oldest first, each once (see
    ``plan_money``). Opens its own scopes: must be called outside any transaction.
    """
    with caisse_scope(caisse_id):
        running = _running().filter(caisse_id=caisse_id).order_by("pk")
        plans = [PlanTarget(pk, caisse_id) for pk in running.values_list("pk", flat=True)]
    return len(try_each(plans, lambda target: tend_plan(target, now=now)))


def tend_plan(target: PlanTarget, *, now: datetime) -> None:
    """Bring one plan in line, then put it off, or remind and note what is late."""
    with caisse_scope(target.caisse_id):
        _plan, dues = lock_plan(target.echeancier_id)
        planned = {due.pk for due in dues if due.status == EcheanceStatus.PLANNED}
        reckoning = bring_in_line(target.echeancier_id, now=now)
        _tell_if_lowered(reckoning, planned, now=now)
        if reckoning.echeancier.status != EcheancierStatus.ACTIVE:
            return
        if reckoning.stopped:
            _put_off(reckoning, now=now)
        else:
            _remind(reckoning, now=now)
            _note_late(reckoning, now=now)


def _running() -> QuerySet[Echeancier]:
    return Echeancier.objects.filter(status=EcheancierStatus.ACTIVE).exclude(means=PlanMeans.CARTE)


def _tell_if_lowered(reckoning: Reckoning, planned: set[int], *, now: datetime) -> None:
    """The last dues fell away, because less is owed."""
    gone = [
        due
        for due in reckoning.dues
        if due.pk in planned and due.status == EcheanceStatus.CANCELLED
    ]
    if gone:
        source_id = uuid5(gone[0].public_id, "annulée")
        tell_plan_changed(reckoning.echeancier, source_id=source_id, now=now)


def _put_off(reckoning: Reckoning, *, now: datetime) -> None:
    """Recovery is stopped: whenever a due comes near, all of them go a month later.

    Once it resumes, the next due is thus a month away at most, and none has passed meanwhile.
    """
    left = reckoning.open_dues
    if not left or left[0].due_on > paris_date(now) + _notice():
        return
    plan = reckoning.echeancier
    source_id = uuid5(left[0].public_id, f"arrêt {left[0].due_on}")
    shifts = calendar_of(plan).later_by_a_month()
    record_change(plan, shifts, ReportKind.DEPLACEE, source_id=source_id, agent=None, now=now)


def _remind(reckoning: Reckoning, *, now: datetime) -> None:
    """Each due, once, some days before it; a date put off is reminded again."""
    until = paris_date(now) + _notice()
    for due in reckoning.open_dues:
        if due.due_on <= until and due.reminded_at is None:
            asked = reckoning.asked_cents(due)
            tell_due_comes(reckoning.echeancier, due, amount_cents=asked, now=now)
            Echeance.objects.filter(pk=due.pk).update(reminded_at=now)


def _note_late(reckoning: Reckoning, *, now: datetime) -> None:
    """Told to the agents, once a due: they call before anything else is done."""
    since = paris_date(now) - timedelta(days=settings.PLAN_OVERDUE_DAYS)
    for due in reckoning.open_dues:
        if due.due_on < since:
            plan = reckoning.echeancier
            open_anomalie(
                caisse_id=plan.caisse_id,
                kind=AnomalieKind.OVERDUE_INSTALMENT,
                subject=f"{due.public_id.hex} {due.due_on}",
                amount_cents=reckoning.asked_cents(due),
                detail=(
                    f"Échéancier {reference_of(plan)} : échéance {due.rank}/"
                    f"{len(reckoning.dues)} du {due.due_on:%d/%m/%Y} non payée "
                    f"({plan.get_means_display()})."
                ),
                now=now,
            )


def _notice() -> timedelta:
    return timedelta(days=settings.PLAN_REMINDER_DAYS)
