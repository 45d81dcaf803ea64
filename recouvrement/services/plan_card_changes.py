"""Changes the dates of a plan that the platform debits: it is told, asked again, then believed."""

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID, uuid4

import structlog

from allocataires.models import Echeancier
from allocataires.services.plan_calendar import Shift
from allocataires.services.plan_money import lock_plan
from caf_portal.database.scope import caisse_scope
from caf_portal.paris import paris_date
from caisses.models import Agent
from payments.gateways.base import ALIVE, Gateway, GatewayError, NothingToChange, Result
from payments.gateways.choose import gateway_of
from payments.models import Payment, Transaction
from payments.services.booking import apply_report
from payments.status import Cause
from recouvrement.services.plan_changes import (
    Change,
    check_seen,
    preview_change,
    record_change,
)
from recouvrement.services.plan_tending import PlanTarget

logger = structlog.get_logger(__name__)
_COMMENT = "Échéance déplacée"


class PlatformKeptItsDates(Exception):
    """The platform did not move every due: the dates it has are now those of the plan."""


def change_card_plan(
    target: PlanTarget, *, change: Change, seen: str, agent: Agent | None, now: datetime
) -> None:
    """Have the platform debit on other days, then write the dates that it says it has.

    Must be called outside any transaction: no lock is held while it answers. The last due is
    moved first. What is written is what the platform holds when asked again, also after a
    time-out. Asked again, a change half made is finished. Raises ``ChangeRefused``,
    ``PlatformKeptItsDates``, or ``GatewayError`` when it could not be asked: nothing is sure then.
    """
    with caisse_scope(target.caisse_id):
        plan = Echeancier.objects.get(pk=target.echeancier_id)
        preview = preview_change(plan, change, agent=agent, today=paris_date(now))
        check_seen(preview, seen)
        payment = Payment.objects.select_related("boutique").get(echeancier=plan)
    gateway = gateway_of(payment.boutique)
    _days_at_the_platform(gateway, payment, now=now)
    named = _transactions(payment)
    _ask_for(gateway, preview.shifts, named)
    days = _days_at_the_platform(gateway, payment, now=now)
    made = tuple(s for s in preview.shifts if days.get(named.get(s.rank)) == s.to_on)
    _record(target, made, change, agent=agent, now=now)
    if len(made) < len(preview.shifts):
        raise PlatformKeptItsDates(f"{payment.reference}: {len(made)}/{len(preview.shifts)}")


def _days_at_the_platform(
    gateway: Gateway, payment: Payment, *, now: datetime
) -> dict[UUID | None, date]:
    """The day of each debit to come, by transaction; what is news is applied at once."""
    reports = gateway.reports_of_order(payment.reference)
    for report in reports:
        apply_report(boutique=payment.boutique, report=report, cause=Cause.POLL, now=now)
    return {
        report.transaction_id: report.presented_on
        for report in reports
        if report.result == Result.PENDING and report.presented_on is not None
    }


def _transactions(payment: Payment) -> Mapping[int, UUID]:
    """The platform's name of the debit of each due, by rank."""
    with caisse_scope(payment.caisse_id):
        rows = Transaction.objects.filter(
            payment=payment, operation="DEBIT", echeance__isnull=False, stage__in=ALIVE
        )
        return dict(rows.order_by("pk").values_list("echeance__rank", "uuid"))


def _ask_for(gateway: Gateway, shifts: tuple[Shift, ...], named: Mapping[int, UUID]) -> None:
    """Until the platform refuses one, or does not answer: the rest keeps its days."""
    for shift in shifts:
        uuid = named.get(shift.rank)
        if uuid is None:
            return
        try:
            gateway.put_off(transaction_id=uuid, to_on=shift.to_on, comment=_COMMENT)
        except NothingToChange:
            continue
        except GatewayError as error:
            logger.warning("recouvrement.plan.not_moved", transaction=uuid.hex, why=repr(error))
            return


def _record(
    target: PlanTarget,
    made: tuple[Shift, ...],
    change: Change,
    *,
    agent: Agent | None,
    now: datetime,
) -> None:
    if not made:
        return
    with caisse_scope(target.caisse_id):
        plan, dues = lock_plan(target.echeancier_id)
        on = {due.rank: due.due_on for due in dues if due.status == "PLANNED"}
        still = tuple(shift for shift in made if on.get(shift.rank) == shift.from_on)
        if still:
            record_change(plan, still, change.kind, source_id=uuid4(), agent=agent, now=now)
