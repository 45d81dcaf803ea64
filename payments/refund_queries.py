"""What the pages read of refunds, inside the scope of whoever looks."""

from dataclasses import dataclass

from django.db.models import Sum

from comptabilite.models.events import Evenement
from payments.models import Payment, Refund, Representation, Transaction
from payments.models.refund import RefundKind, RefundStatus
from payments.services.remains import (
    booked_transactions,
    ecriture_of,
    kept_cents,
    refundable_cents,
    sent_cents,
)


@dataclass(frozen=True, slots=True)
class Refundable:
    """A transaction whose money is here, and what became of that money so far, in cents."""

    transaction: Transaction
    taken_cents: int
    given_back_cents: int
    under_way_cents: int
    left_cents: int
    #: Deducted from no debt: a duplicate, or what did not fit.
    in_suspense: bool


def refundables_of(payment: Payment) -> list[Refundable]:
    """What may be given back on this payment, transaction by transaction."""
    return [_refundable(each) for each in booked_transactions(payment.pk)]


def given_back(payment: Payment) -> list[Refund]:
    """The refunds of this payment that were made, oldest first."""
    done = payment.refunds.filter(status=RefundStatus.DONE).order_by("settled_at", "pk")
    return list(done.prefetch_related("representations"))


def given_back_cents(payment: Payment) -> int:
    """What is no longer here of this payment: what went back and did not come again."""
    gone = sum(refund.amount_cents for refund in given_back(payment))
    return gone - represented_cents(payment)


def charged_back_cents(payment: Payment) -> int:
    """What the bank of whoever paid took back for good, which is part of ``given_back_cents``."""
    taken = (each for each in given_back(payment) if each.kind == RefundKind.IMPAYE)
    return sum(refund.amount_cents for refund in taken) - represented_cents(payment)


def represented_cents(payment: Payment) -> int:
    """What that bank gave back since."""
    rows = Representation.objects.filter(refund__payment=payment)
    return rows.aggregate(cents=Sum("amount_cents"))["cents"] or 0


def _refundable(transaction: Transaction) -> Refundable:
    kept, left = kept_cents(transaction), refundable_cents(transaction)
    ecriture = ecriture_of(transaction)
    return Refundable(
        transaction=transaction,
        taken_cents=transaction.amount_cents,
        given_back_cents=transaction.amount_cents - kept,
        under_way_cents=kept - left - sent_cents(transaction),
        left_cents=left,
        in_suspense=ecriture is not None and ecriture.event == Evenement.UNIDENTIFIED_RECEIPT,
    )
