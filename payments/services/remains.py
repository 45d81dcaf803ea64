"""What a transaction brought, and what is left of it after what was given back or sent on."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet, Sum

from allocataires.models import Creance, Mouvement
from allocataires.nomenclature import MouvementType
from comptabilite.models import Ecriture
from comptabilite.models.events import Evenement
from payments.models import Affectation, Refund, Representation, Transaction, TropPercu
from payments.models.refund import HOLDING, RefundKind, RefundStatus
from payments.models.transaction import Operation


@dataclass(frozen=True, slots=True)
class Remains:
    """Cents still on each debt and on the suspense account.

    The debts are in the order of the payment's shares; those that a surplus was placed on come
    after them.
    """

    debts: tuple[tuple[Creance, int], ...]
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
    """What may still be asked for: what was taken, less what went back and did not come again, is
    about to go, or was sent to the fund that follows the debt now.
    """
    held = _sum(transaction.refunds.filter(status__in=HOLDING)) - represented_cents(transaction)
    return transaction.amount_cents - held - sent_cents(transaction)


def represented_cents(transaction: Transaction) -> int:
    """What banks gave back of its chargebacks."""
    rows = Representation.objects.filter(refund__transaction=transaction)
    return rows.aggregate(cents=Sum("amount_cents"))["cents"] or 0


def is_charged_back(transaction: Transaction) -> bool:
    """Whether the holder's bank took money of it back: the platform gives no more of it back."""
    return transaction.refunds.filter(kind=RefundKind.IMPAYE).exists()


def sent_cents(transaction: Transaction) -> int:
    """What was sent on to the fund that a debt moved to."""
    return transaction.surpluses.aggregate(cents=Sum("sent_cents"))["cents"] or 0


def kept_cents(transaction: Transaction) -> int:
    """What is here of it: what was taken, less what went back and did not come again."""
    gone = _sum(transaction.refunds.filter(status=RefundStatus.DONE))
    return transaction.amount_cents - gone + represented_cents(transaction)


def remains_of(transaction: Transaction, affectations: Sequence[Affectation]) -> Remains:
    """Where the money that is left of a booked transaction is.

    A surplus that was placed on a debt is on that debt, so that what is given back later is taken
    from there first.
    """
    surpluses = list(
        TropPercu.objects.filter(transaction=transaction).select_related("creance__allocataire")
    )
    done = list(transaction.refunds.filter(status=RefundStatus.DONE))
    sources = [surplus.public_id for surplus in surpluses]
    caisse_id = transaction.caisse_id
    placed = _by_creance(caisse_id, MouvementType.CARTE, sources) if sources else {}
    came = Counter(_posted(transaction)) + Counter(placed)
    sources_gone = [refund.public_id for refund in done]
    gone = Counter(_by_creance(caisse_id, MouvementType.REMBOURSEMENT, sources_gone))
    gone.update(_by_creance(caisse_id, MouvementType.IMPAYE, sources_gone))
    gone.subtract(_represented(transaction))
    debts = {row.creance_id: row.creance for row in sorted(affectations, key=lambda row: row.pk)}
    for surplus in surpluses:
        if surplus.creance is not None:
            debts.setdefault(surplus.creance.pk, surplus.creance)
    on_debts = tuple((each, came[pk] - gone[pk]) for pk, each in debts.items())
    suspended = transaction.amount_cents - came.total() - sum(each.sent_cents for each in surpluses)
    gone_cents = sum(refund.amount_cents for refund in done) - represented_cents(transaction)
    unsuspended = gone_cents - gone.total()
    return Remains(on_debts, suspended - unsuspended)


def owed_again(transaction: Transaction) -> dict[int, int]:
    """Cents by debt that chargebacks raised and that no bank gave back yet."""
    taken = transaction.refunds.filter(kind=RefundKind.IMPAYE, status=RefundStatus.DONE)
    sources = list(taken.values_list("public_id", flat=True))
    raised = Counter(_by_creance(transaction.caisse_id, MouvementType.IMPAYE, sources))
    return dict(raised - Counter(_represented(transaction)))


def _represented(transaction: Transaction) -> dict[int, int]:
    """Cents by debt that are paid again since banks gave chargebacks back."""
    rows = Representation.objects.filter(refund__transaction=transaction)
    sources = list(rows.values_list("source_id", flat=True).distinct())
    return _by_creance(transaction.caisse_id, MouvementType.CARTE, sources) if sources else {}


def _posted(transaction: Transaction) -> dict[int, int]:
    """Cents by debt that this very transaction repaid; nothing when it all was suspended."""
    ecriture = ecriture_of(transaction)
    if ecriture is None or ecriture.event != Evenement.CARD_PAYMENT or transaction.payment is None:
        return {}
    due = transaction.echeance
    source_id = due.public_id if due else transaction.payment.public_id
    return _by_creance(transaction.caisse_id, MouvementType.CARTE, [source_id])


def _by_creance(caisse_id: int, kind: MouvementType, sources: Sequence[UUID]) -> dict[int, int]:
    rows = Mouvement.objects.filter(caisse_id=caisse_id, kind=kind, source_id__in=sources)
    sums = rows.values_list("creance_id").annotate(cents=Sum("amount_cents")).order_by()
    return dict(sums)


def _sum(refunds: QuerySet[Refund]) -> int:
    return refunds.aggregate(cents=Sum("amount_cents"))["cents"] or 0
