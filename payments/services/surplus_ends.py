"""A surplus that went back, that nobody gave back after all, or that was placed: its line is done.

Called by what moves the money, in the same transaction and under the payment's lock.
"""

from datetime import datetime

from caf_portal.money import format_euros
from comptabilite.models.anomalie import AnomalieKind
from comptabilite.services.settling import settle_by_fact
from payments.models import Refund, Transaction, TropPercu
from payments.models.surplus import TropPercuStatus

#: The lines of the work list that a surplus answers.
KINDS = (
    AnomalieKind.SURPLUS,
    AnomalieKind.SECOND_PAYMENT,
    AnomalieKind.DEBT_MOVED,
    AnomalieKind.MUTATION_TO_FINISH,
)


def surplus_given_back(
    debit: Transaction,
    *,
    left_cents: int,
    now: datetime,
    note: str = "Somme rendue à la personne.",
) -> None:
    """End the surplus of a transaction once nothing of it is left on the suspense account."""
    if left_cents > 0:
        return
    ended = TropPercu.objects.filter(transaction=debit).waiting()
    if ended.update(status=TropPercuStatus.RENDU):
        settle_lines(debit, note=note, now=now)


def surplus_open_again(refund: Refund) -> None:
    """A refund that will not be made leaves the choice to the person again."""
    TropPercu.objects.filter(refund=refund, status=TropPercuStatus.REMBOURSEMENT).update(
        status=TropPercuStatus.A_CHOISIR, refund=None
    )


def settle_lines(debit: Transaction, *, note: str, now: datetime) -> None:
    """Settle what the work list says of this money, unless some of it still waits."""
    if TropPercu.objects.filter(transaction=debit).waiting().exists():
        return
    subjects = [debit.uuid.hex]
    if debit.payment is not None:
        subjects.append(debit.payment.reference)
    settle_by_fact(caisse_id=debit.caisse_id, kinds=KINDS, subjects=subjects, note=note, now=now)


def words_of(surplus: TropPercu) -> str:
    """What was done with a surplus, for the agents."""
    who = "un agent" if surplus.chosen_by_id else "la personne"
    return f"Choix fait par {who} : {format_euros(surplus.placed_cents)} sur {surplus.creance}."
