"""Books a chargeback that does not fit what is left: an accountant decided that it is to be booked.

What is left of the payment goes back as for any chargeback; what the bank took beyond it, or all of
it when the portal knows no payment, waits on the suspense account until the bank gives it back or
whoever owes it is known.
"""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from comptabilite.models.events import Evenement
from comptabilite.services.writing import Part, write_ecriture
from payments.models import Affectation, Transaction
from payments.models.refund import RefundStatus
from payments.services.charging_back import chargeback_of
from payments.services.refund_failing import end_requests
from payments.services.remains import ecriture_of, refundable_cents
from payments.services.reversals import BEYOND, Ground, record_platform_refund
from payments.status import Cause


class RefundOnItsWay(Exception):
    """A refund of the same money was sent and has no answer yet: nothing was written."""


def fitting_cents(debit: Transaction | None, amount_cents: int) -> int:
    """What of a chargeback there is to take back on this transaction, once the refunds that nobody
    sent are ended; 0 for money that never was in the ledger."""
    if debit is None or ecriture_of(debit) is None:
        return 0
    unsent = debit.refunds.filter(
        status__in=[RefundStatus.ASKED, RefundStatus.SENDING], sent_at__isnull=True
    )
    left = refundable_cents(debit) + sum(each.amount_cents for each in unsent)
    return max(0, min(amount_cents, left))


def charge_back_beyond(
    *,
    caisse_id: int,
    debit: Transaction | None,
    amount_cents: int,
    charged_on: date,
    source_id: UUID,
    piece: str,
    now: datetime,
) -> int:
    """Book a whole chargeback, whatever is left of its payment; returns the cents beyond that.

    In the caller's transaction and scope; ``source_id`` names it and is booked once. One écriture,
    dated of ``charged_on`` (Paris), takes the whole off the platform's account. ``piece`` is that
    of money without a payment. Raises ``RefundOnItsWay`` and ``RuleMissing``.
    """
    rows = _lock(debit)
    fits_cents = fitting_cents(debit, amount_cents)
    beyond_cents = amount_cents - fits_cents
    if debit is None or not fits_cents:
        _suspend(caisse_id, amount_cents, charged_on, source_id, piece, now=now)
        return beyond_cents
    end_requests(debit, now=now)
    refund = chargeback_of(debit, fits_cents, source_id=source_id, now=now)
    if rows:
        ground = Ground(rows[0].payment, rows, Cause.AGENT, now, fact_on=charged_on)
        record_platform_refund(refund, ground, beyond_cents=beyond_cents)
    else:
        refund.save(force_insert=True)
        _suspend(caisse_id, amount_cents, charged_on, source_id, piece, now=now)
    return beyond_cents


def _lock(debit: Transaction | None) -> Sequence[Affectation]:
    if debit is None:
        return ()
    shares = Affectation.objects.filter(payment__transactions=debit)
    rows = tuple(shares.locked_together())
    sent = debit.refunds.locked().filter(status=RefundStatus.SENDING, sent_at__isnull=False)
    if sent.exists():
        raise RefundOnItsWay
    return rows


def _suspend(
    caisse_id: int, cents: int, charged_on: date, source_id: UUID, piece: str, *, now: datetime
) -> None:
    event = Evenement.CHARGEBACK_SUSPENSE
    write_ecriture(
        caisse_id=caisse_id,
        event=event,
        parts=[Part(event, cents, BEYOND)],
        source_id=source_id,
        piece=piece,
        label=f"Impayé {piece}",
        now=now,
        fact_on=charged_on,
    )
