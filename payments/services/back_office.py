"""Operations made at the platform by somebody else than us, booked like ours (design §5, step 6).

A refund, a cancellation or a lower amount that a notification or a poll tells about ends in the
same state as a refund asked here: ``Refund`` born done, debts raised, écriture, message. A refund
of ours that the platform tells about before it answers us is recognised and not booked twice.
What cannot be booked stays an anomaly: a fact is never dropped.
"""

from uuid import UUID

from django.db.models import QuerySet, Sum

from comptabilite.models.anomalie import AnomalieKind
from payments.gateways.base import Result
from payments.models import Refund, Transaction
from payments.models.notification import Outcome
from payments.models.refund import RefundKind, RefundOrigin, RefundStatus
from payments.services.case import Case, is_settled, note_anomalie
from payments.services.refund_failing import fail_refund, make_room
from payments.services.remains import booked_transactions, kept_cents
from payments.services.reversals import Ground, record_platform_refund, settle_refund
from payments.services.transactions import money_id
from payments.status import Cause

_REASON = "Opération faite chez la plateforme"
#: A credit told without its origin was put on the only transaction known then.
_NOT_ITS_CREDIT = "un remboursement enregistré sur une transaction est celui d’une autre"


def credited(case: Case) -> Outcome:
    """Money returned by a transaction of its own (CREDIT): ours, or the platform's."""
    match case.report.result:
        case Result.PAID:
            return _returned(case)
        case Result.PENDING | Result.SUSPENDED | Result.PARTIAL:
            return _promised(case)
        case _:
            return _not_returned(case)


def cancelled(case: Case) -> Outcome:
    """A transaction cancelled before its remittance, when its money was booked already."""
    debit = _booked_debit(case)
    if debit is not None:
        outcome = _not_taken(case, debit, kept_cents(debit), RefundKind.CANCELLATION)
        return _beyond_us(case, _NOT_ITS_CREDIT) if _has_credit(debit) else outcome
    # A try that brought nothing takes nothing away; money of no attempt is an agent's work.
    return _beyond_us(case) if case.payment is None else Outcome.IGNORED


def lowered(case: Case) -> Outcome:
    """A booked transaction told again: with a lower amount when a part will not be taken.

    A higher one is an old word, told late: what was booked stays. Once it is collected it is no
    old word any more, and an agent looks at it. The caller knows that the transaction is booked.
    """
    debits = Transaction.objects.filter(boutique=case.boutique, uuid=money_id(case.report))
    debit = debits.get()
    not_taken = debit.refunds.filter(
        status=RefundStatus.DONE, kind__in=[RefundKind.CANCELLATION, RefundKind.REDUCTION]
    )
    known_cents = debit.amount_cents - (not_taken.aggregate(c=Sum("amount_cents"))["c"] or 0)
    if case.report.collected and case.report.amount_cents > known_cents and not case.told_total:
        return _beyond_us(case, "somme remise en banque au-delà de ce qui reste enregistré")
    if case.report.amount_cents >= known_cents:
        return Outcome.ALREADY_APPLIED
    if case.payment is None:
        return _beyond_us(case)
    lost_cents = known_cents - case.report.amount_cents
    return _not_taken(case, debit, lost_cents, RefundKind.REDUCTION)


def _returned(case: Case) -> Outcome:
    credit_id = money_id(case.report)
    known = _named(case)
    if known is not None and known.status != RefundStatus.SENDING:
        of_another = case.report.parent_id not in {None, known.transaction.uuid}
        return _beyond_us(case, _NOT_ITS_CREDIT) if of_another else Outcome.ALREADY_APPLIED
    if case.report.currency != "EUR" or case.payment is None:
        return _beyond_us(case)
    ours = known or _ours_of_one(case)
    if ours is not None:
        ours.gateway_id = credit_id
        settle_refund(ours, _ground(case), kind=RefundKind.REFUND)
        return Outcome.APPLIED
    debit = _origin(case)
    if debit is None:
        # Several transactions could be the one given back, or its own news is still to come: the
        # poll asks. It asks no more about an attempt that ended without money.
        asked = is_settled(case) or case.payment.is_in_progress
        return Outcome.SUSPENSE if asked and case.cause != Cause.POLL else _beyond_us(case)
    return _record(case, debit, case.report.amount_cents, RefundKind.REFUND)


def _promised(case: Case) -> Outcome:
    """The platform will return the money later: ours is not to be sent a second time."""
    if _named(case) is not None:
        return Outcome.ALREADY_APPLIED
    ours = _ours_of_one(case) if case.payment else None
    if ours is None:
        return Outcome.IGNORED
    ours.gateway_id = money_id(case.report)
    ours.save(update_fields=["gateway_id"])
    return Outcome.APPLIED


def _not_taken(case: Case, debit: Transaction, cents: int, kind: RefundKind) -> Outcome:
    if cents <= 0:
        return Outcome.ALREADY_APPLIED
    ours = _ours(case, cents, debit)
    if ours is None:
        return _record(case, debit, cents, kind)
    ours.gateway_id = debit.uuid if kind == RefundKind.CANCELLATION else None
    settle_refund(ours, _ground(case), kind=kind)
    return Outcome.APPLIED


def _not_returned(case: Case) -> Outcome:
    """The platform gives up a refund: ours fails; one that was done cannot be undone by us."""
    refund = _named(case)
    if refund is None:
        return Outcome.IGNORED
    if refund.status == RefundStatus.SENDING:
        fail_refund(refund, why=case.report.gateway_status, now=case.now)
        return Outcome.APPLIED
    if refund.status == RefundStatus.FAILED:
        return Outcome.ALREADY_APPLIED
    fact = "un remboursement fait n’a finalement pas abouti"
    note_anomalie(case, AnomalieKind.REFUND_FAILED, fact, refund.amount_cents)
    return Outcome.SUSPENSE


def _record(case: Case, debit: Transaction, cents: int, kind: RefundKind) -> Outcome:
    """Book what the platform did; requests that it made pointless leave their place."""
    if not make_room(debit, cents, now=case.now):
        if debit.refunds.filter(status=RefundStatus.SENDING).exists():
            # One of ours is on its way and holds the amount: its end will settle this one too.
            return Outcome.SUSPENSE
        return _beyond_us(case)
    refund = Refund(
        caisse_id=debit.caisse_id,
        payment=case.payment,
        transaction=debit,
        amount_cents=cents,
        stated_cents=cents,
        reason=_REASON,
        origin=RefundOrigin.PLATFORM,
        status=RefundStatus.DONE,
        kind=kind,
        gateway_id=_key(case, debit, kind),
        asked_at=case.now,
        settled_at=case.now,
    )
    record_platform_refund(refund, _ground(case))
    return Outcome.APPLIED


def _key(case: Case, debit: Transaction, kind: RefundKind) -> UUID | None:
    """What makes it booked once: the credit, or the transaction that can be cancelled once.

    A reduction has no name at the platform: the amount that is left tells whether it is known.
    """
    if kind == RefundKind.REFUND:
        return money_id(case.report)
    return debit.uuid if kind == RefundKind.CANCELLATION else None


def _has_credit(debit: Transaction) -> bool:
    """Whether money was returned on it: never true of one cancelled before its remittance."""
    return debit.refunds.filter(status=RefundStatus.DONE, kind=RefundKind.REFUND).exists()


def _named(case: Case) -> Refund | None:
    """The refund that this very credit makes, when it is known already."""
    return _refunds(case).filter(gateway_id=money_id(case.report)).first()


def _ours(case: Case, cents: int, debit: Transaction | None = None) -> Refund | None:
    """The refund of ours that this is: sent, of this amount, on this transaction if it is known."""
    sent = _refunds(case).filter(
        payment=case.payment,
        status=RefundStatus.SENDING,
        sent_at__isnull=False,
        gateway_id__isnull=True,
        amount_cents=cents,
    )
    if debit is not None:
        sent = sent.filter(transaction=debit)
    elif case.report.parent_id is not None:
        sent = sent.filter(transaction__uuid=case.report.parent_id)
    return sent.order_by("sent_at").first()


def _ours_of_one(case: Case) -> Refund | None:
    """The refund of ours that this credit makes, unless it may be of another transaction.

    A notification does not say what the credit was taken from. Under an attempt paid twice, or a
    plan, the amount alone would end one's refund with the money of another: the poll asks.
    """
    unsaid = case.report.parent_id is None and case.cause != Cause.POLL
    if unsaid and case.payment is not None and len(booked_transactions(case.payment.pk)) > 1:
        return None
    return _ours(case, case.report.amount_cents)


def _origin(case: Case) -> Transaction | None:
    """The booked transaction that was given back: the one named, or the only one there is."""
    booked = booked_transactions(case.payment.pk) if case.payment else []
    if case.report.parent_id is not None:
        booked = [each for each in booked if each.uuid == case.report.parent_id]
    return booked[0] if len(booked) == 1 else None


def _booked_debit(case: Case) -> Transaction | None:
    booked = booked_transactions(case.payment.pk) if case.payment else []
    return next((each for each in booked if each.uuid == case.report.transaction_id), None)


def _refunds(case: Case) -> QuerySet[Refund]:
    return Refund.objects.filter(caisse_id=case.boutique.caisse_id).select_related("transaction")


def _ground(case: Case) -> Ground:
    if case.payment is None:
        raise ValueError("what is taken back was booked for an attempt")
    return Ground(case.payment, case.affectations, case.cause, case.now, case.notification)


def _beyond_us(
    case: Case, fact: str = "opération faite chez la plateforme, à passer à la main"
) -> Outcome:
    note_anomalie(case, AnomalieKind.BACK_OFFICE_OPERATION, fact, case.report.amount_cents)
    return Outcome.SUSPENSE
