"""Attempts that end without money, money that is in doubt, and what nobody understands yet.

Only what the platform says last and for good counts: under one payment there may be several
attempts, and the end of one says nothing of the others.
"""

from comptabilite.models.anomalie import AnomalieKind
from payments.gateways.base import ALIVE, UNKNOWN_OPERATION, Result, Source
from payments.models import Transaction
from payments.models.notification import Outcome
from payments.services.case import Case, is_settled, move, note_anomalie
from payments.services.holding import is_booked
from payments.status import PaymentStatus

_ENDS = {
    Result.REFUSED: PaymentStatus.REFUSED,
    Result.ABANDONED: PaymentStatus.ABANDONED,
    Result.CANCELLED: PaymentStatus.REFUSED,
    Result.LOST: PaymentStatus.REFUSED,
}


def not_understood(case: Case) -> bool:
    """Whether the report holds a word that this version of the portal does not know.

    An unknown origin is said to an agent and no more: what was paid is paid, whoever says it.
    """
    if case.report.source is Source.UNKNOWN:
        note_anomalie(case, AnomalieKind.UNKNOWN_STATUS, "origine inconnue de la notification")
    return case.report.result is Result.UNKNOWN or case.report.operation == UNKNOWN_OPERATION


def set_aside(case: Case) -> Outcome:
    """Wait, and show an agent: an unknown word is neither a yes nor a no."""
    what = "statut" if case.report.result is Result.UNKNOWN else "opération"
    note_anomalie(case, AnomalieKind.UNKNOWN_STATUS, f"{what} que le portail ne connaît pas")
    if case.payment is None:
        return Outcome.SUSPENSE
    return move(case, PaymentStatus.PENDING)


def ended(case: Case) -> Outcome:
    """One attempt is over. The payment ends with it unless money came or may still come."""
    if case.payment is None:
        return Outcome.IGNORED
    if is_settled(case) or _another_is_alive(case):
        return Outcome.ALREADY_APPLIED
    return move(case, _ENDS[case.report.result])


def in_doubt(case: Case) -> Outcome:
    """Money announced in part, held back, or that will not come after all.

    What was booked stays booked until an agent decides: the platform may still mend it, and
    taking it off the debt is a decision about a person.
    """
    result = case.report.result
    if result is Result.PARTIAL:
        note_anomalie(
            case, AnomalieKind.AMOUNT_MISMATCH, "une partie seulement de la somme est autorisée"
        )
        return move(case, PaymentStatus.PENDING)
    if is_booked(case):
        return _doubt_about_booked(case)
    return ended(case) if result is Result.LOST else move(case, PaymentStatus.PENDING)


def _doubt_about_booked(case: Case) -> Outcome:
    if case.report.result is Result.LOST:
        kind, fact = AnomalieKind.NOT_COLLECTED, "somme enregistrée que la banque ne remettra pas"
    else:
        kind, fact = AnomalieKind.REMITTANCE_SUSPENDED, "somme enregistrée, remise suspendue"
    note_anomalie(case, kind, fact, case.report.amount_cents)
    return Outcome.SUSPENSE


def _another_is_alive(case: Case) -> bool:
    """Whether another debit of this payment has not had its last word.

    Sequence numbers start again at each departure to the hosted page: that a transaction is not
    over says more than its number.
    """
    others = Transaction.objects.filter(payment=case.payment, operation="DEBIT", stage__in=ALIVE)
    if case.report.transaction_id is not None:
        others = others.exclude(uuid=case.report.transaction_id)
    return others.exists()
