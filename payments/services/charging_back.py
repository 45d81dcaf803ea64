"""Books a payment that the bank of whoever paid took back (chargeback, told by a JRI file).

A chargeback is kept as a ``Refund`` of its own kind, born done: whatever was given back before is
not taken twice, and nothing of it can be asked for again (invariant 7).
"""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from payments.models import Affectation, Refund, Transaction
from payments.models.refund import RefundKind, RefundOrigin, RefundStatus
from payments.services.refund_failing import end_requests, make_room
from payments.services.remains import ecriture_of
from payments.services.reversals import Ground, record_platform_refund
from payments.status import Cause

_REASON = "Impayé : la banque de la personne a repris le paiement"


class ChargedBack(StrEnum):
    """What became of a chargeback."""

    #: Its debts owe again what it took.
    BOOKED = "BOOKED"
    #: A refund of the same money was sent and has no answer yet: to be tried again.
    WAITS = "WAITS"
    #: It does not fit what is known; nothing was written.
    UNFIT = "UNFIT"


def charge_back(
    *, debit: Transaction, amount_cents: int, charged_on: date, source_id: UUID, now: datetime
) -> ChargedBack:
    """Take ``amount_cents`` of a booked transaction back from where it went: the suspense account
    first, then the debts that it had repaid (movement ``IMPAYE``), with an écriture dated of
    ``charged_on`` (Paris), the payment's move when nothing is left, and a message to the person.

    In the caller's transaction and scope. ``source_id`` names it: it is booked once. Refunds that
    nobody sent yet end there. Raises ``RuleMissing`` when the fund's scheme says nothing of
    chargebacks.
    """
    if debit.payment_id is None:
        return ChargedBack.UNFIT
    rows = tuple(Affectation.objects.filter(payment_id=debit.payment_id).locked_together())
    if not rows or ecriture_of(debit) is None or amount_cents <= 0:
        return ChargedBack.UNFIT
    if Refund.objects.filter(caisse_id=debit.caisse_id, public_id=source_id).exists():
        return ChargedBack.BOOKED
    if amount_cents > debit.amount_cents:
        return ChargedBack.UNFIT
    if not make_room(debit, amount_cents, now=now):
        sent = debit.refunds.filter(status=RefundStatus.SENDING)
        return ChargedBack.WAITS if sent.exists() else ChargedBack.UNFIT
    end_requests(debit, now=now)
    refund = chargeback_of(debit, amount_cents, source_id=source_id, now=now)
    ground = Ground(rows[0].payment, rows, Cause.REFUND, now, fact_on=charged_on)
    record_platform_refund(refund, ground)
    return ChargedBack.BOOKED


def chargeback_of(
    debit: Transaction, amount_cents: int, *, source_id: UUID, now: datetime
) -> Refund:
    """The row, unsaved, of a chargeback on this transaction, whose payment may be unknown."""
    return Refund(
        caisse_id=debit.caisse_id,
        payment=debit.payment,
        transaction=debit,
        public_id=source_id,
        amount_cents=amount_cents,
        stated_cents=amount_cents,
        reason=_REASON,
        origin=RefundOrigin.PLATFORM,
        status=RefundStatus.DONE,
        kind=RefundKind.IMPAYE,
        asked_at=now,
        settled_at=now,
    )
