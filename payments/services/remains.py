"""What a transaction brought, and what is left of it after what was given back."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet, Sum

from allocataires.models import Mouvement
from allocataires.nomenclature import MouvementType
from comptabilite.models import Ecriture
from comptabilite.models.schema import Evenement
from payments.models import Affectation, Refund, Transaction
from payments.models.refund import HOLDING, RefundStatus
from payments.models.transaction import Operation


@dataclass(frozen=True, slots=True)
class Remains:
    """Cents still on each debt (in the order of the shares) and on the suspense account."""

    debts: tuple[tuple[Affectation, int], ...]
    suspense_cents: int


def ecriture_of(transaction: Transaction) -> Ecriture | None:
    """The écriture that says that this money came in; ``None`` when it never did."""
    return Ecriture.objects.filter(
        caisse_id=transaction.caisse_id, source_id=transaction.uuid, reverses__isnull=True
    ).first()


def booked_transactions(payment_id: int) -> list[Transaction]:
    """The transactions of an attempt whose money is in the ledger, in order of arrival."""
    debits = Transaction.objects.filter(payment_id=payment_id, operation=Operation.DEBIT)
    found = debits.select_related("payment", "echeance").order_by("pk")
    booked = set(
        Ecriture.objects.filter(
            source_id__in=[each.uuid for each in found], reverses__isnull=True
        ).values_list("source_id", flat=True)
    )
    return [each for each in found if each.uuid in booked]


def refundable_cents(transaction: Transaction) -> int:
    """What may still be asked for: what was taken, less what went back or is about to."""
    return transaction.amount_cents - _sum(transaction.refunds.filter(status__in=HOLDING))


def kept_cents(transaction: Transaction) -> int:
    """What the fund still has: what was taken, less what went back."""
    return transaction.amount_cents - _sum(transaction.refunds.filter(status=RefundStatus.DONE))


def remains_of(transaction: Transaction, affectations: Sequence[Affectation]) -> Remains:
    """Where the money that is left of a booked transaction is."""
    done = list(transaction.refunds.filter(status=RefundStatus.DONE))
    came = _posted(transaction)
    gone = _by_creance(MouvementType.REMBOURSEMENT, [refund.public_id for refund in done])
    rows = sorted(affectations, key=lambda row: row.pk)
    debts = tuple((row, came.get(row.creance_id, 0) - gone.get(row.creance_id, 0)) for row in rows)
    suspended = transaction.amount_cents - sum(came.values())
    unsuspended = sum(refund.amount_cents for refund in done) - sum(gone.values())
    return Remains(debts, suspended - unsuspended)


def _posted(transaction: Transaction) -> dict[int, int]:
    """Cents by debt that this very transaction repaid; nothing when it all was suspended."""
    ecriture = ecriture_of(transaction)
    if ecriture is None or ecriture.event != Evenement.CARD_PAYMENT or transaction.payment is None:
        return {}
    due = transaction.echeance
    return _by_creance(
        MouvementType.CARTE, [due.public_id if due else transaction.payment.public_id]
    )


def _by_creance(kind: MouvementType, sources: Sequence[UUID]) -> dict[int, int]:
    rows = Mouvement.objects.filter(kind=kind, source_id__in=sources)
    sums = rows.values_list("creance_id").annotate(cents=Sum("amount_cents")).order_by()
    return dict(sums)


def _sum(refunds: QuerySet[Refund]) -> int:
    return refunds.aggregate(cents=Sum("amount_cents"))["cents"] or 0
