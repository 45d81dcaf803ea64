"""Writes the surplus of a booking down, so that the person sees it at once and chooses."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from allocataires.models import Creance
from allocataires.states import CreanceState
from caf_portal.money import format_euros
from comptabilite.models.anomalie import AnomalieKind
from comptabilite.services.anomalies import open_anomalie
from payments.models import Affectation, Payment, Transaction, TropPercu
from payments.models.surplus import TropPercuStatus
from payments.services.case import Case, note_anomalie
from payments.services.transactions import money_id
from relation_usager.models.message import MessageKind
from relation_usager.services.outbox import queue_message

_GONE = "somme reçue pour une dette partie vers une autre caisse : elle la suit"


@dataclass(frozen=True, slots=True)
class Following:
    """Money meant for a debt that another fund follows now."""

    creance: Creance
    cents: int


def note_surplus(
    case: Case, payment: Payment, posted: Mapping[Affectation, int], surplus_cents: int
) -> None:
    """Write what the debts could not take, in the booking's transaction.

    What was meant for a debt that moved follows it, without asking; the person chooses for the
    rest, and is told.
    """
    following = _following(case, posted, surplus_cents)
    for each in following:
        note_anomalie(case, AnomalieKind.DEBT_MOVED, _GONE, each.cents)
    rest_cents = surplus_cents - sum(each.cents for each in following)
    if rest_cents:
        note_anomalie(case, AnomalieKind.SURPLUS, "somme au-delà du reste dû", rest_cents)
    _write(case, payment, following, rest_cents)


def note_second_payment(case: Case) -> None:
    """A second receipt of one payment, kept whole on the suspense account: the person chooses."""
    if case.payment is not None and case.report.amount_cents:
        _write(case, case.payment, (), case.report.amount_cents)


def note_surplus_again(debit: Transaction, *, cents: int, now: datetime) -> None:
    """Write what came again of a chargeback and that its debts owe no more, in the caller's
    transaction: the person chooses, as for any surplus. One that the transaction had already
    chosen about is left to the agents, who are told in any case."""
    if not cents or debit.payment is None:
        return
    open_anomalie(
        caisse_id=debit.caisse_id,
        kind=AnomalieKind.SURPLUS,
        subject=debit.uuid.hex,
        amount_cents=cents,
        detail=(
            f"Paiement {debit.payment.reference} : la banque a rendu un impayé, et "
            f"{format_euros(cents)} dépassent ce que ses dettes doivent encore."
        ),
        now=now,
    )
    row = _row(debit.payment, debit, cents, now)
    TropPercu.objects.bulk_create([row], ignore_conflicts=True)
    tell_surplus(debit.payment, row, cents=cents, now=now)


def _following(
    case: Case, posted: Mapping[Affectation, int], surplus_cents: int
) -> list[Following]:
    found, left = [], surplus_cents
    for row in case.affectations:
        missing = min(left, row.amount_cents - posted.get(row, 0))
        if missing > 0 and row.creance.state == CreanceState.MUTEE:
            found.append(Following(row.creance, missing))
            left -= missing
    return found


def _write(case: Case, payment: Payment, following: Sequence[Following], rest_cents: int) -> None:
    debit = Transaction.objects.get(boutique=case.boutique, uuid=money_id(case.report))
    rows = [_row(payment, debit, each.cents, case.now, moved=each.creance) for each in following]
    if rest_cents:
        rows.append(_row(payment, debit, rest_cents, case.now))
    written = TropPercu.objects.bulk_create(rows, ignore_conflicts=True)
    if rest_cents:
        tell_surplus(payment, written[-1], cents=rest_cents, now=case.now)


def _row(
    payment: Payment,
    debit: Transaction,
    cents: int,
    now: datetime,
    *,
    moved: Creance | None = None,
) -> TropPercu:
    return TropPercu(
        caisse_id=payment.caisse_id,
        allocataire_id=payment.allocataire_id,
        payment=payment,
        transaction=debit,
        amount_cents=cents,
        status=TropPercuStatus.A_TRANSMETTRE if moved else TropPercuStatus.A_CHOISIR,
        moved_creance=moved,
        seen_at=now,
    )


def tell_surplus(payment: Payment, surplus: TropPercu, *, cents: int, now: datetime) -> None:
    """Queue the word that there is something to choose about, to the person whose debts they are.

    Whoever paid by a link has nothing to choose, and is not told.
    """
    to_address = "" if payment.link_id else payment.email
    queue_message(
        caisse_id=payment.caisse_id,
        allocataire_id=payment.allocataire_id,
        kind=MessageKind.SURPLUS_SEEN,
        # Once a transaction, however often it is told.
        source_id=surplus.transaction.uuid,
        to_address=to_address or payment.allocataire.email,
        langue=payment.langue,
        context={
            "reference": payment.reference,
            "amount_cents": cents,
            "page": reverse("payments:detail", args=[payment.public_id]),
        },
        now=now,
    )
