"""Which due a transaction is about, and how much of it: from what the platform says (sheet D)."""

from collections.abc import Sequence
from dataclasses import replace

from allocataires.models import Echeance
from payments.gateways.base import Occurrence, TransactionReport
from payments.models import Transaction
from payments.services.case import Case
from payments.services.transactions import money_id


def due_of(case: Case, dues: Sequence[Echeance]) -> Echeance | None:
    """The due of this plan that the transaction pays, or was to pay; ``None`` when nobody knows.

    In this order: what we already know of this transaction; the first due says so itself; the
    day of the remittance; the distance to the first due's own sequence number (never the number
    itself: a refused first try shifts them all).
    """
    report = case.report
    known = Transaction.objects.filter(boutique=case.boutique, uuid=money_id(report))
    known_id = known.values_list("echeance_id", flat=True).first()
    for due in dues:
        if due.pk == known_id:
            return due
    if report.occurrence == Occurrence.FIRST:
        return dues[0]
    for due in dues:
        if due.due_on == report.presented_on:
            return due
    return _by_distance(case, dues) if report.occurrence == Occurrence.LATER else None


def own_amount(
    report: TransactionReport, due: Echeance | None, dues: Sequence[Echeance]
) -> tuple[TransactionReport, bool]:
    """The report with the due's own amount, and whether only the plan's total had been told.

    No due equals the total, since a plan has two of them at least: there is no doubt.
    """
    total_cents = sum(each.amount_cents for each in dues)
    if due is None or report.amount_cents != total_cents:
        return report, False
    return replace(report, amount_cents=due.amount_cents), True


def _by_distance(case: Case, dues: Sequence[Echeance]) -> Echeance | None:
    first = (
        Transaction.objects.filter(payment=case.payment, echeance=dues[0])
        .order_by("-sequence_number")
        .values_list("sequence_number", flat=True)
        .first()
    )
    if first is None:
        return None
    rank = 1 + case.report.sequence_number - first
    return next((due for due in dues[1:] if due.rank == rank), None)
