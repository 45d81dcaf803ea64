"""Applies what a gateway says of one transaction: the only place that books money.

Serves notifications, polls and sweeps alike. Everything happens under lock in one transaction:
the states, the movements, the écriture, the message to send, the anomaly for an agent. A fact is
never dropped: what does not fit goes to the suspense account (design §5, step 6).
"""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Sum

from allocataires.nomenclature import MouvementType
from allocataires.services.mouvements import Posting, post_mouvements
from caf_portal.database.scope import caisse_scope
from caf_portal.paris import paris_date
from comptabilite.models import Ecriture
from comptabilite.models.anomalie import AnomalieKind
from comptabilite.models.schema import Evenement
from comptabilite.services.anomalies import open_anomalie
from comptabilite.services.writing import Part, write_ecriture
from payments.gateways.base import Result, TransactionReport
from payments.models import Affectation, Boutique, Notification, NotificationOutcome, Payment
from payments.models.notification import Outcome
from payments.services.messages import tell_booked, tell_held
from payments.services.suspense import hold_money
from payments.services.transactions import money_id, remember_transaction
from payments.status import Cause, PaymentStatus
from payments.workflow import may_become, transition

_SETTLED = frozenset({PaymentStatus.PAID, PaymentStatus.HELD})


@dataclass(frozen=True, slots=True)
class Case:
    """One report, the attempt it is about (locked, with its debts), and why we look at it."""

    boutique: Boutique
    report: TransactionReport
    payment: Payment | None
    affectations: tuple[Affectation, ...]
    cause: Cause
    notification: Notification | None
    now: datetime


def apply_report(
    *,
    boutique: Boutique,
    report: TransactionReport,
    cause: Cause,
    now: datetime,
    notification: Notification | None = None,
) -> Outcome:
    """Apply one report, once, whatever was applied before and whoever applies it meanwhile.

    Opens the fund's scope. When it comes from a notification, the outcome is written with its
    effects. Raises nothing expected: an exception means that nothing was changed, and the sweep
    or the poll will come back to it.
    """
    with caisse_scope(boutique.caisse_id):
        affectations = _locked(boutique, report.order_reference)
        payment = affectations[0].payment if affectations else None
        case = Case(boutique, report, payment, affectations, cause, notification, now)
        is_news = remember_transaction(boutique=boutique, report=report, payment=payment, now=now)
        outcome = _decide(case) if is_news else Outcome.ALREADY_APPLIED
        if notification is not None:
            _record_outcome(case, notification, outcome)
    return outcome


def _locked(boutique: Boutique, reference: str) -> tuple[Affectation, ...]:
    """The attempt's rows in one statement: debts by number, then the attempt, under lock."""
    rows = (
        Affectation.objects.filter(payment__boutique=boutique, payment__reference=reference)
        .select_related("payment", "creance__allocataire")
        .order_by("creance_id")
        .select_for_update(of=("creance", "payment"), no_key=True)
    )
    return tuple(rows)


def _decide(case: Case) -> Outcome:
    match (case.report.operation, case.report.result):
        case ("DEBIT", Result.PAID):
            return _paid(case)
        case ("VERIFICATION", _):
            return Outcome.IGNORED
        case ("DEBIT", _) if case.payment is None:
            return Outcome.IGNORED
        case ("DEBIT", Result.REFUSED):
            return _move(case, PaymentStatus.REFUSED)
        case ("DEBIT", Result.ABANDONED):
            return _move(case, PaymentStatus.ABANDONED)
        case ("DEBIT", Result.PENDING):
            return _move(case, PaymentStatus.PENDING)
        case ("DEBIT", Result.UNKNOWN):
            _anomalie(case, AnomalieKind.UNKNOWN_STATUS, "statut inconnu de PayZen")
            return _move(case, PaymentStatus.PENDING)
        case ("DEBIT", Result.CANCELLED) if not _is_settled(case):
            return _move(case, PaymentStatus.REFUSED)
        case _:
            # A refund or a cancellation made at the platform: an agent looks at it.
            _anomalie(case, AnomalieKind.BACK_OFFICE_OPERATION, "opération faite chez PayZen")
            return Outcome.SUSPENSE


def _is_settled(case: Case) -> bool:
    return case.payment is not None and case.payment.status in _SETTLED


def _move(case: Case, to: PaymentStatus) -> Outcome:
    """Move the attempt where the table allows it; a late word never undoes a paid one."""
    payment = case.payment
    if payment is None or payment.status == to or not may_become(payment, to):
        return Outcome.ALREADY_APPLIED
    transition(
        payment,
        to,
        now=case.now,
        cause=case.cause,
        reason=case.report.gateway_status,
        notification=case.notification,
    )
    return Outcome.APPLIED


def _paid(case: Case) -> Outcome:
    report, payment = case.report, case.payment
    if report.currency != "EUR":
        return _held(case, AnomalieKind.CURRENCY_MISMATCH, in_euros=False)
    if payment is None or payment.status in _SETTLED:
        booked_cents = _booked_cents(case)
        if booked_cents is not None:
            return _again(case, booked_cents)
    if payment is None:
        return _held(case, AnomalieKind.UNKNOWN_ORDER)
    if payment.status in _SETTLED:
        return _held(case, AnomalieKind.SECOND_PAYMENT)
    if report.amount_cents != payment.amount_cents:
        return _held(case, AnomalieKind.AMOUNT_MISMATCH)
    return _book(case, payment)


def _booked_cents(case: Case) -> int | None:
    """What the ledger holds of this transaction, or ``None`` when it was never booked."""
    booked = Ecriture.objects.filter(
        caisse_id=case.boutique.caisse_id, source_id=money_id(case.report), reverses__isnull=True
    )
    cents: int | None = booked.aggregate(cents=Sum("lignes__debit_cents"))["cents"]
    return cents


def _again(case: Case, booked_cents: int) -> Outcome:
    """Money that is in the ledger: nothing to do, unless its amount was changed since."""
    if booked_cents == case.report.amount_cents:
        return Outcome.ALREADY_APPLIED
    fact = f"montant changé chez PayZen, {booked_cents} centimes sont comptabilisés"
    _anomalie(case, AnomalieKind.BACK_OFFICE_OPERATION, fact)
    return Outcome.SUSPENSE


def _book(case: Case, payment: Payment) -> Outcome:
    """The money is there and is what we asked: post it on the debts and write it down.

    A debt may have shrunk since the person left for the bank: what no longer fits is a surplus,
    kept on the suspense account for an agent.
    """
    posted = {row: min(row.amount_cents, row.creance.balance_cents) for row in case.affectations}
    surplus_cents = payment.amount_cents - sum(posted.values())
    post_mouvements(
        caisse_id=payment.caisse_id,
        kind=MouvementType.CARTE,
        postings=[Posting(row.creance_id, cents) for row, cents in posted.items() if cents],
        value_on=paris_date(case.now),
        source_id=payment.public_id,
        now=case.now,
    )
    _move(case, PaymentStatus.PAID)
    _write_booking(case, payment, posted, surplus_cents)
    if surplus_cents:
        _anomalie(case, AnomalieKind.SURPLUS, "somme au-delà du reste dû", surplus_cents)
    tell_booked(payment=payment, now=case.now)
    return Outcome.APPLIED


def _write_booking(
    case: Case, payment: Payment, posted: dict[Affectation, int], surplus_cents: int
) -> None:
    parts = [
        Part(
            event=Evenement.CARD_PAYMENT,
            famille=row.creance.famille,
            amount_cents=cents,
            auxiliaire=f"{row.creance.allocataire.numero}-{row.creance}".replace(" ", "-"),
            label=f"Créance {row.creance}",
        )
        for row, cents in posted.items()
        if cents
    ]
    if surplus_cents:
        parts.append(Part(Evenement.UNIDENTIFIED_RECEIPT, surplus_cents, "Trop-perçu à affecter"))
    write_ecriture(
        caisse_id=payment.caisse_id,
        event=Evenement.CARD_PAYMENT,
        parts=parts,
        source_id=money_id(case.report),
        piece=payment.reference,
        label=f"Paiement par carte {payment.reference}",
        now=case.now,
    )


def _held(case: Case, kind: AnomalieKind, *, in_euros: bool = True) -> Outcome:
    """Real money that does not fit: on the suspense account, before an agent's eyes."""
    hold_money(boutique=case.boutique, report=case.report, in_euros=in_euros, now=case.now)
    _anomalie(case, kind, str(kind.label), case.report.amount_cents)
    if case.payment is not None and not _is_settled(case):
        _move(case, PaymentStatus.HELD)
        tell_held(payment=case.payment, now=case.now)
    return Outcome.SUSPENSE


def _anomalie(case: Case, kind: AnomalieKind, fact: str, amount_cents: int | None = None) -> None:
    report = case.report
    asked = f"{case.payment.amount_cents} centimes demandés" if case.payment else "rien demandé"
    open_anomalie(
        caisse_id=case.boutique.caisse_id,
        kind=kind,
        subject=_subject(report, kind),
        amount_cents=amount_cents,
        detail=(
            f"Commande {report.order_reference} : {fact}. PayZen annonce {report.amount_cents} "
            f"centimes en {report.currency}, statut {report.gateway_status} ; {asked}."
        ),
        now=case.now,
    )


def _subject(report: TransactionReport, kind: AnomalieKind) -> str:
    """What makes one line of the work list; each operation made at the platform makes its own."""
    named = report.transaction_id.hex if report.transaction_id else report.order_reference
    if kind == AnomalieKind.BACK_OFFICE_OPERATION:
        return f"{named} {report.amount_cents} {report.result}"
    return named


def _record_outcome(case: Case, notification: Notification, outcome: Outcome) -> None:
    """One outcome a notification; the sweep may have been quicker, with the same effect."""
    NotificationOutcome.objects.bulk_create(
        [
            NotificationOutcome(
                caisse_id=case.boutique.caisse_id,
                notification=notification,
                payment=case.payment,
                outcome=outcome,
                at=case.now,
            )
        ],
        ignore_conflicts=True,
    )
