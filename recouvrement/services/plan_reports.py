"""Writes the new dates of dues: each row of ``ReportEcheance`` is what moves one (invariant 6)."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from allocataires.models import Echeance, Echeancier, ReportEcheance
from allocataires.models.echeancier import ReportKind
from allocataires.services.plan_calendar import Shift
from caisses.models import Agent


def write_shifts(
    plan: Echeancier,
    shifts: Sequence[Shift],
    *,
    kind: ReportKind,
    source_id: UUID,
    agent: Agent | None,
    now: datetime,
) -> None:
    """Write the shifts of one decision, in their order, in the caller's transaction.

    The caller holds the dues under lock. A due put off is reminded again: its former reminder
    said another day.
    """
    dues = {due.rank: due for due in Echeance.objects.filter(echeancier=plan)}
    for shift in shifts:
        ReportEcheance.objects.create(
            caisse_id=plan.caisse_id,
            echeance=dues[shift.rank],
            kind=kind,
            from_on=shift.from_on,
            to_on=shift.to_on,
            at=now,
            agent=agent,
            source_id=source_id,
        )
    moved = [dues[shift.rank].pk for shift in shifts]
    Echeance.objects.filter(pk__in=moved).update(reminded_at=None)
