"""Applies what a gateway says of one transaction: the only place that books money.

Serves notifications, polls and sweeps alike. Everything happens under lock in one transaction:
the states, the movements, the écriture, the message to send, the anomaly for an agent. A fact is
never dropped: what does not fit goes to the suspense account (design §5, step 6).
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from caf_portal.database.scope import caisse_scope
from comptabilite.models.anomalie import AnomalieKind
from payments.gateways.base import Result, TransactionReport
from payments.models import Affectation, Boutique, Notification, NotificationOutcome, Payment
from payments.models.notification import Outcome
from payments.services.back_office import cancelled, credited, lowered
from payments.services.case import SETTLED, Case, is_settled, move, note_anomalie
from payments.services.endings import ended, in_doubt, not_understood, set_aside
from payments.services.holding import hold, is_booked
from payments.services.instalments import is_of_a_plan, judge_instalment, of_its_due
from payments.services.messages import tell_booked
from payments.services.otherwise import is_due_settled, settle_due
from payments.services.posting import post_money
from payments.services.transactions import remember_transaction
from payments.status import Cause, PaymentStatus

#: From what asks nothing of anybody to what waits for an agent.
_WEIGHT = (Outcome.IGNORED, Outcome.ALREADY_APPLIED, Outcome.APPLIED, Outcome.SUSPENSE)


def apply_report(
    *,
    boutique: Boutique,
    report: TransactionReport,
    cause: Cause,
    now: datetime,
    notification: Notification | None = None,
) -> Outcome:
    """Apply one report; see ``apply_reports``."""
    return apply_reports(
        boutique=boutique, reports=[report], cause=cause, now=now, notification=notification
    )


def apply_reports(
    *,
    boutique: Boutique,
    reports: Sequence[TransactionReport],
    cause: Cause,
    now: datetime,
    notification: Notification | None = None,
) -> Outcome:
    """Apply each report, once, whatever was applied before and whoever applies it meanwhile.

    Opens the fund's scope. When they come from a notification, its outcome is written with their
    effects: that of the report that asks most of somebody. Raises nothing expected: an exception
    means that nothing was changed, and the sweep or the poll will come back to it.
    """
    outcomes, payment = [Outcome.IGNORED], None
    with caisse_scope(boutique.caisse_id):
        for report in reports:
            case = _case(boutique, report, cause, notification, now)
            payment = payment or case.payment
            outcomes.append(_apply(case))
        outcome = max(outcomes, key=_WEIGHT.index)
        if notification is not None:
            _record_outcome(notification, payment, outcome, now)
    return outcome


def _case(
    boutique: Boutique,
    report: TransactionReport,
    cause: Cause,
    notification: Notification | None,
    now: datetime,
) -> Case:
    affectations = _locked(boutique, report.order_reference)
    payment = affectations[0].payment if affectations else None
    return of_its_due(Case(boutique, report, payment, affectations, cause, notification, now))


def _apply(case: Case) -> Outcome:
    """Decide on what is news; what a later report has overtaken changes nothing."""
    memory = remember_transaction(case)
    told = case.payment.pk if case.payment else None
    if memory.payment_id is not None and memory.payment_id != told:
        return _told_elsewhere(case, memory.payment_id)
    if not_understood(case):
        return set_aside(case)
    if not memory.is_news:
        return Outcome.ALREADY_APPLIED
    return _decide(replace(case, was_known=memory.was_known))


def _told_elsewhere(case: Case, payment_id: int) -> Outcome:
    """The order's reference was changed at the platform: the attempt that has the money keeps it.

    What is said of the transaction counts there; the other attempt, if there is one, is left
    alone, and an agent sees both names.
    """
    reference = Payment.objects.values_list("reference", flat=True).get(pk=payment_id)
    note_anomalie(
        case, AnomalieKind.BACK_OFFICE_OPERATION, f"somme déjà connue sous la commande {reference}"
    )
    report = replace(case.report, order_reference=reference)
    _apply(_case(case.boutique, report, case.cause, case.notification, case.now))
    return Outcome.SUSPENSE


def _locked(boutique: Boutique, reference: str) -> tuple[Affectation, ...]:
    """The attempt's rows in one statement: debts by number, then the attempt, under lock."""
    rows = (
        Affectation.objects.filter(payment__boutique=boutique, payment__reference=reference)
        .select_related("payment", "creance__allocataire")
        .order_by("creance_id")
        .select_for_update(of=("creance", "payment"), no_key=True)
    )
    return tuple(rows)


def _decide(case: Case) -> Outcome:
    if is_of_a_plan(case):
        outcome = judge_instalment(case)
        if outcome is not None:
            return outcome
    match (case.report.operation, case.report.result):
        case ("DEBIT", Result.PAID):
            return _paid(case)
        case ("VERIFICATION", _):
            return Outcome.IGNORED
        case ("DEBIT", Result.PENDING):
            return move(case, PaymentStatus.PENDING)
        case ("DEBIT", Result.PARTIAL | Result.SUSPENDED | Result.LOST):
            return in_doubt(case)
        case ("DEBIT", Result.REFUSED | Result.ABANDONED):
            return ended(case)
        case ("DEBIT", Result.CANCELLED) if not _is_money_here(case):
            return ended(case)
        case ("DEBIT", _):
            return cancelled(case)
        case _:
            return credited(case)


def _is_money_here(case: Case) -> bool:
    """Whether there is something to take back: a settled attempt, or money of no attempt."""
    return is_settled(case) if case.payment is not None else is_booked(case)


def _paid(case: Case) -> Outcome:
    report, payment = case.report, case.payment
    if report.currency != "EUR":
        return hold(case, AnomalieKind.CURRENCY_MISMATCH, in_euros=False)
    if (payment is None or payment.status in SETTLED) and is_booked(case):
        return lowered(case)
    if payment is None or (case.was_known and is_booked(case)):
        # In the second case it was booked as money of no order of ours: it is held already.
        return hold(case, AnomalieKind.UNKNOWN_ORDER)
    if payment.status in SETTLED or is_due_settled(payment):
        return hold(case, AnomalieKind.SECOND_PAYMENT)
    if report.amount_cents != payment.amount_cents:
        return hold(case, AnomalieKind.AMOUNT_MISMATCH)
    return _book(case, payment)


def _book(case: Case, payment: Payment) -> Outcome:
    """The money is there and is what we asked: post it on the debts and write it down.

    A debt may have shrunk since the person left for the bank: what no longer fits is a surplus,
    kept on the suspense account for an agent.
    """
    move(case, PaymentStatus.PAID)
    post_money(
        case,
        payment,
        {row: min(row.amount_cents, row.creance.balance_cents) for row in case.affectations},
        amount_cents=payment.amount_cents,
        source_id=payment.public_id,
        label=f"Paiement par carte {payment.reference}",
    )
    settle_due(case, payment)
    tell_booked(payment=payment, now=case.now)
    return Outcome.APPLIED


def _record_outcome(
    notification: Notification, payment: Payment | None, outcome: Outcome, now: datetime
) -> None:
    """One outcome a notification; the sweep may have been quicker, with the same effect."""
    NotificationOutcome.objects.bulk_create(
        [
            NotificationOutcome(
                caisse_id=notification.caisse_id,
                notification=notification,
                payment=payment,
                outcome=outcome,
                at=now,
            )
        ],
        ignore_conflicts=True,
    )
