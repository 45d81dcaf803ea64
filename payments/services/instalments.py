"""Books the dues of a plan, one by one, each when the platform says that it is paid (sheet D).

The first due is paid on the day of the agreement; the platform debits the others by itself and
tells us, or is asked. A due is never shown as paid before that, and one that is refused is said
to the person and to the agents.
"""

from dataclasses import replace

from allocataires.models import Echeance
from allocataires.models.echeancier import EcheanceStatus
from allocataires.services.echeanciers import may_move, move_echeance
from comptabilite.models.anomalie import AnomalieKind
from payments.gateways.base import ALIVE, Result
from payments.models import Payment, Transaction
from payments.models.notification import Outcome
from payments.services.back_office import lowered
from payments.services.case import Case, is_settled, note_anomalie
from payments.services.holding import hold, is_booked
from payments.services.matching import due_of, own_amount
from payments.services.messages import tell_due_booked, tell_due_refused
from payments.services.plan_state import conclude_plan
from payments.services.posting import post_money
from payments.services.spreading import spread_due
from payments.services.transactions import money_id
from payments.status import PaymentStatus

_PAID = frozenset({EcheanceStatus.PAID, EcheanceStatus.PAID_OTHERWISE})


def is_of_a_plan(case: Case) -> bool:
    """Whether the report is of a debit, under an attempt that the platform splits in dues."""
    payment = case.payment
    return (
        payment is not None
        and payment.echeancier_id is not None
        and case.report.operation == "DEBIT"
        and case.report.transaction_id is not None
    )


def of_its_due(case: Case) -> Case:
    """The case with its plan's dues locked, the due it is about, and that due's own amount.

    The platform may tell the plan's total with each due: the amount is then the due's, and the
    platform is to be asked. Any other case comes back as it is.
    """
    if case.payment is None or not is_of_a_plan(case):
        return case
    of_plan = Echeance.objects.filter(echeancier__payments=case.payment)
    dues = tuple(of_plan.select_related("echeancier").locked())
    due = due_of(case, dues)
    report, told_total = own_amount(case.report, due, dues)
    return replace(case, dues=dues, echeance=due, report=report, told_total=told_total)


def judge_instalment(case: Case) -> Outcome | None:
    """Apply what is said of one due; ``None`` leaves it to the rules of every payment.

    Those rules serve as long as the plan has not started (refused, abandoned, waiting), and
    when the platform takes back a due that was booked.
    """
    match case.report.result:
        case Result.PAID:
            return _paid(case)
        case Result.REFUSED | Result.LOST if is_settled(case) and not is_booked(case):
            return _refused(case)
        case Result.CANCELLED if is_settled(case) and _waits(case):
            return _cancelled(case)
        case Result.PENDING if is_settled(case):
            return Outcome.ALREADY_APPLIED
        case _:
            return None


def _paid(case: Case) -> Outcome:
    report, due, payment = case.report, case.echeance, _payment(case)
    if report.currency != "EUR":
        return hold(case, AnomalieKind.CURRENCY_MISMATCH, in_euros=False)
    if is_booked(case) and is_settled(case):
        return _booked_before(case)
    if (
        due is None
        or (case.was_known and is_booked(case))
        or payment.status in {PaymentStatus.HELD, PaymentStatus.REFUNDED}
    ):
        return hold(case, AnomalieKind.UNKNOWN_INSTALMENT)
    if due.status in _PAID:
        return hold(case, AnomalieKind.SECOND_PAYMENT)
    if report.amount_cents != due.amount_cents:
        return hold(case, AnomalieKind.AMOUNT_MISMATCH)
    return _book(case, payment, due)


def _book(case: Case, payment: Payment, due: Echeance) -> Outcome:
    posted = spread_due(case.affectations, case.dues, due.amount_cents)
    move_echeance(due, EcheanceStatus.PAID, now=case.now, source_id=money_id(case.report))
    post_money(
        case,
        payment,
        posted,
        amount_cents=due.amount_cents,
        source_id=due.public_id,
        label=f"Échéance {due.rank}/{len(case.dues)} par carte {payment.reference}",
    )
    conclude_plan(
        payment,
        case.dues,
        now=case.now,
        cause=case.cause,
        reason=case.report.gateway_status,
        notification=case.notification,
    )
    if case.told_total:
        payment.check_requested_at = case.now
        payment.save(update_fields=["check_requested_at"])
    tell_due_booked(payment=payment, due=due, dues=case.dues, now=case.now)
    return Outcome.APPLIED


def _booked_before(case: Case) -> Outcome:
    """The same news again; or its own amount, where only the plan's total had been told.

    A lower one is taken back like any amount lowered at the platform; a higher one was never
    agreed, and an agent looks at it.
    """
    due, told_cents = case.echeance, case.report.amount_cents
    booked_here = due is not None and due.source_id == case.report.transaction_id
    if due is None or not booked_here or told_cents <= due.amount_cents:
        return lowered(case)
    note_anomalie(
        case,
        AnomalieKind.AMOUNT_MISMATCH,
        f"échéance {due.rank} comptée pour {due.amount_cents} centimes",
        told_cents,
    )
    return Outcome.SUSPENSE


def _refused(case: Case) -> Outcome:
    due, payment = case.echeance, _payment(case)
    if due is None:
        note_anomalie(case, AnomalieKind.REFUSED_INSTALMENT, "échéance inconnue refusée")
        return Outcome.SUSPENSE
    if case.report.plan_refused or not _waits(case) or due.status == EcheanceStatus.REFUSED:
        return Outcome.ALREADY_APPLIED
    move_echeance(due, EcheanceStatus.REFUSED, now=case.now)
    note_anomalie(
        case,
        AnomalieKind.REFUSED_INSTALMENT,
        f"échéance {due.rank}/{len(case.dues)} refusée",
        due.amount_cents,
    )
    tell_due_refused(payment=payment, due=due, dues=case.dues, now=case.now)
    return Outcome.APPLIED


def _cancelled(case: Case) -> Outcome:
    """A due that was to come is given up, by us or in the platform's back office."""
    due, payment = case.echeance, _payment(case)
    if due is None:
        return Outcome.ALREADY_APPLIED
    move_echeance(due, EcheanceStatus.CANCELLED, now=case.now)
    conclude_plan(
        payment,
        case.dues,
        now=case.now,
        cause=case.cause,
        reason=case.report.gateway_status,
        notification=case.notification,
    )
    return Outcome.APPLIED


def _waits(case: Case) -> bool:
    """Whether its due was waiting for this transaction, and for no other.

    A first try that was refused leaves dues of its own, refused too: those of the next try are
    still alive and are the ones that count.
    """
    due = case.echeance
    if due is None or not may_move(due, EcheanceStatus.CANCELLED):
        return False
    alive = Transaction.objects.filter(
        payment=case.payment, echeance=due, operation="DEBIT", stage__in=ALIVE
    )
    return not alive.exclude(uuid=money_id(case.report)).exists()


def _payment(case: Case) -> Payment:
    if case.payment is None:
        raise ValueError("a due has its plan's payment")
    return case.payment
