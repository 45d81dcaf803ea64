"""Books a chargeback that the bank gave back: its debts are paid again, as far as they still owe.

Kept beside the chargeback (``Representation``), which stays: what came again is here, and may be
charged back or placed again (invariant 7).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from allocataires.models import Creance
from allocataires.nomenclature import MouvementType
from allocataires.services.mouvements import Posting, post_mouvements
from allocataires.states import ELSEWHERE
from comptabilite.models.events import Evenement
from comptabilite.services.writing import Part, write_ecriture
from payments.models import Affectation, Refund, Representation, Transaction
from payments.models.refund import RefundKind, RefundStatus
from payments.services.refund_messages import tell_represented
from payments.services.remains import owed_again
from payments.services.reversals import part_of
from payments.services.surplus_seeing import note_surplus_again


@dataclass(frozen=True, slots=True)
class Represented:
    """Where the money went, in cents: on debts, on the suspense account, and, of the latter, what
    the person may choose about."""

    debts: tuple[tuple[Creance, int], ...]
    suspense_cents: int
    surplus_cents: int

    @property
    def debts_cents(self) -> int:
        """What repays debts."""
        return sum(cents for _creance, cents in self.debts)


def plan_of(debit: Transaction | None, amount_cents: int, *, beyond_cents: int) -> Represented:
    """What booking this amount would do, as things stand.

    ``beyond_cents`` of it end the wait of what the bank had taken beyond a payment. The rest repays
    the debts that chargebacks raised, never more than they owe today, nor one that is followed
    elsewhere; what they cannot take waits on the suspense account.
    """
    rest = amount_cents - beyond_cents
    returned_cents = min(rest, sum(cents for _refund, cents in _open(debit)))
    debts = _debts(debit, returned_cents)
    paid = sum(cents for _creance, cents in debts)
    return Represented(debts, amount_cents - paid, returned_cents - paid)


def represent(
    *,
    caisse_id: int,
    debit: Transaction | None,
    amount_cents: int,
    beyond_cents: int,
    given_on: date,
    source_id: UUID,
    piece: str,
    now: datetime,
) -> Represented:
    """Book what the bank gave back, as ``plan_of`` says it, and tell the person.

    In the caller's transaction and scope; ``source_id`` names movements and écriture and is booked
    once. ``piece`` is that of money without a payment. Raises ``RuleMissing``.
    """
    if debit is not None:
        _lock(debit)
    plan = plan_of(debit, amount_cents, beyond_cents=beyond_cents)
    _keep(debit, amount_cents - beyond_cents, given_on, source_id, now=now)
    post_mouvements(
        caisse_id=caisse_id,
        kind=MouvementType.CARTE,
        postings=[Posting(creance.pk, cents) for creance, cents in plan.debts],
        value_on=given_on,
        source_id=source_id,
        now=now,
    )
    _write(caisse_id, plan, given_on, source_id, piece, now=now)
    if debit is not None and debit.payment is not None:
        note_surplus_again(debit, cents=plan.surplus_cents, now=now)
        tell_represented(
            payment=debit.payment,
            source_id=source_id,
            amount_cents=plan.debts_cents + plan.surplus_cents,
            lowered_cents=plan.debts_cents,
            now=now,
        )
    return plan


def _lock(debit: Transaction) -> None:
    """Debts in their order, then the payment: the order everybody locks in."""
    shares = Affectation.objects.filter(payment__transactions=debit)
    debts = {*owed_again(debit), *shares.values_list("creance_id", flat=True)}
    list(Creance.objects.filter(pk__in=debts).locked())
    list(shares.locked_together())


def _open(debit: Transaction | None) -> list[tuple[Refund, int]]:
    """The chargebacks of which something did not come again, the last one first."""
    if debit is None:
        return []
    taken = debit.refunds.filter(kind=RefundKind.IMPAYE, status=RefundStatus.DONE)
    rows = taken.prefetch_related("representations").order_by("-pk")
    found = [(each, each.amount_cents - each.represented_cents) for each in rows]
    return [(refund, cents) for refund, cents in found if cents > 0]


def _debts(debit: Transaction | None, cents: int) -> tuple[tuple[Creance, int], ...]:
    owed = owed_again(debit) if debit is not None else {}
    found = []
    for creance in Creance.objects.filter(pk__in=owed).select_related("allocataire").order_by("pk"):
        room = 0 if creance.state in ELSEWHERE else min(owed[creance.pk], creance.balance_cents)
        taken = min(cents, room)
        if taken > 0:
            found.append((creance, taken))
            cents -= taken
    return tuple(found)


def _keep(
    debit: Transaction | None, cents: int, given_on: date, source_id: UUID, *, now: datetime
) -> None:
    for refund, left in _open(debit):
        taken = min(cents, left)
        if taken:
            Representation.objects.create(
                caisse_id=refund.caisse_id,
                refund=refund,
                source_id=source_id,
                amount_cents=taken,
                given_on=given_on,
                recorded_at=now,
            )
            cents -= taken


def _write(
    caisse_id: int, plan: Represented, given_on: date, source_id: UUID, piece: str, *, now: datetime
) -> None:
    event = Evenement.REPRESENTMENT if plan.debts else Evenement.REPRESENTMENT_SUSPENSE
    write_ecriture(
        caisse_id=caisse_id,
        event=event,
        parts=_parts(plan),
        source_id=source_id,
        piece=piece,
        label=f"Impayé rendu par la banque {piece}",
        now=now,
        fact_on=given_on,
    )


def _parts(plan: Represented) -> Sequence[Part]:
    parts = [part_of(Evenement.REPRESENTMENT, creance, cents) for creance, cents in plan.debts]
    if plan.suspense_cents:
        words = "Impayé rendu : somme à identifier"
        parts.append(Part(Evenement.REPRESENTMENT_SUSPENSE, plan.suspense_cents, words))
    return parts
