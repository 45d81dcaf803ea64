"""What a plan without a card has received and still asks, and its dues brought in line with it.

The truth is on the debts, in their movements. Whatever a person pays on a debt of the plan since it
was agreed (online, cheque, transfer, cash) counts for the plan, at most the debt's part: dues are
settled the oldest first, each once all that came in covers it, so that partial amounts add up.
Whatever else lowers a debt (withholding, remission, correction…) lowers what the plan may still
ask: the last dues are cancelled, and the last one left asks less. Nobody pays too much.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from allocataires.models import Creance, Echeance, Echeancier, Mouvement, PartEcheancier
from allocataires.models.echeancier import EcheanceStatus, EcheancierStatus, PlanMeans
from allocataires.nomenclature import MouvementType
from allocataires.services.echeanciers import (
    SMALLEST_CENTS,
    may_move,
    move_echeance,
    move_echeancier,
)
from allocataires.states import ELSEWHERE, STOPPED, CreanceState

#: What a person pays by themselves.
PAID_BY_THE_PERSON = frozenset(
    {
        MouvementType.CARTE,
        MouvementType.CHEQUE,
        MouvementType.VIREMENT,
        MouvementType.PRELEVEMENT,
        MouvementType.ESPECES,
    }
)
#: What takes such a payment back.
TAKEN_BACK = frozenset({MouvementType.IMPAYE, MouvementType.REMBOURSEMENT})
#: Nobody pays these here any more: their part of the plan falls away.
GONE = ELSEWHERE | {CreanceState.PRESCRITE}
IN = frozenset({EcheanceStatus.PAID, EcheanceStatus.PAID_OTHERWISE})
OPEN = frozenset({EcheanceStatus.PLANNED, EcheanceStatus.REFUSED})


@dataclass(frozen=True, slots=True)
class PartLeft:
    """One debt of the plan: what was meant for it, and what came in since the agreement."""

    creance: Creance
    meant_cents: int
    came_in_cents: int
    last_movement_id: int

    @property
    def owed_cents(self) -> int:
        """What the plan may still ask for it: never more than the debt's balance."""
        if self.creance.state in GONE:
            return 0
        return max(min(self.meant_cents - self.came_in_cents, self.creance.balance_cents), 0)


@dataclass(frozen=True, slots=True)
class Reckoning:
    """A plan against its debts, at one moment."""

    echeancier: Echeancier
    parts: tuple[PartLeft, ...]
    dues: tuple[Echeance, ...]

    @property
    def open_dues(self) -> list[Echeance]:
        """Those still to pay, the earliest first."""
        return sorted(
            (due for due in self.dues if due.status in OPEN), key=lambda due: (due.due_on, due.rank)
        )

    @property
    def came_in_cents(self) -> int:
        """All that the person paid on the plan's debts, within their parts."""
        return sum(part.came_in_cents for part in self.parts)

    @property
    def advance_cents(self) -> int:
        """What came in beyond the dues that are settled."""
        settled = sum(due.amount_cents for due in self.dues if due.status in IN)
        return max(self.came_in_cents - settled, 0)

    @property
    def owed_cents(self) -> int:
        """What the plan may still ask in all."""
        return sum(part.owed_cents for part in self.parts)

    @property
    def excess_cents(self) -> int:
        """What the dues left ask beyond what is owed."""
        asked = sum(due.amount_cents for due in self.open_dues) - self.advance_cents
        return max(asked - self.owed_cents, 0)

    @property
    def stopped(self) -> list[Creance]:
        """Debts with something left whose recovery is stopped: nothing is asked meanwhile."""
        return [
            part.creance
            for part in self.parts
            if part.creance.balance_cents and part.creance.state in STOPPED - GONE
        ]

    def asked_cents(self, due: Echeance) -> int:
        """What is left to pay of a due: less an advance on the next one, less what is not owed.

        At least 1 €, which is the least that a card pays, as long as as much is owed.
        """
        left = self.open_dues
        cents = due.amount_cents
        if left and due.pk == left[0].pk:
            cents -= self.advance_cents
        if left and due.pk == left[-1].pk:
            cents -= self.excess_cents
        return min(max(cents, SMALLEST_CENTS), self.owed_cents)

    def spread(self, cents: int) -> dict[UUID, int]:
        """Cents by debt (public identifier) for one payment, in the plan's order."""
        shares: dict[UUID, int] = {}
        for part in self.parts:
            share = min(part.owed_cents, cents) if part.creance.is_payable else 0
            if share:
                shares[part.creance.public_id] = share
                cents -= share
        return shares


def reckon(echeancier: Echeancier, dues: Sequence[Echeance] | None = None) -> Reckoning:
    """Read a plan against its debts, in the caller's scope; changes nothing."""
    rows = PartEcheancier.objects.filter(echeancier=echeancier).select_related("creance")
    parts = list(rows.order_by("rank"))
    came_in = _came_in(echeancier, parts)
    if dues is None:
        dues = list(Echeance.objects.filter(echeancier=echeancier).order_by("rank"))
    return Reckoning(
        echeancier,
        tuple(_part(row, came_in.get(row.creance_id, (0, 0))) for row in parts),
        tuple(dues),
    )


def lock_plan(echeancier_id: int) -> tuple[Echeancier, list[Echeance]]:
    """A plan and its dues under lock, after its debts: the order of every other road."""
    of_plan = PartEcheancier.objects.filter(echeancier_id=echeancier_id)
    list(Creance.objects.filter(pk__in=of_plan.values("creance_id")).locked())
    plan = Echeancier.objects.locked().get(pk=echeancier_id)
    return plan, list(Echeance.objects.filter(echeancier_id=echeancier_id).locked())


def bring_in_line(echeancier_id: int, *, now: datetime) -> Reckoning:
    """Settle the dues that other money covers, cancel those that nothing is owed for.

    In the caller's transaction; locks the debts, the plan and its dues, and called again it
    changes nothing. A plan with nothing left to ask is ``DONE``, or ``STOPPED`` when a debt left
    for elsewhere. Plans by card, and those that are not under way, are left alone.
    """
    plan, dues = lock_plan(echeancier_id)
    reckoning = reckon(plan, dues)
    if plan.means == PlanMeans.CARTE or plan.status != EcheancierStatus.ACTIVE:
        return reckoning
    _settle(reckoning, now=now)
    _cancel_the_last(reckoning, now=now)
    if not reckoning.open_dues:
        left = any(p.creance.state in GONE and p.creance.balance_cents for p in reckoning.parts)
        move_echeancier(plan, EcheancierStatus.STOPPED if left else EcheancierStatus.DONE)
    return reckoning


def _settle(reckoning: Reckoning, *, now: datetime) -> None:
    """The oldest first. The movement that completes a due names what settled it."""
    last = max((part.last_movement_id for part in reckoning.parts), default=0)
    for due in reckoning.open_dues:
        if reckoning.advance_cents < due.amount_cents:
            return
        if may_move(due, EcheanceStatus.PAID_OTHERWISE):
            source_id = uuid5(due.public_id, f"mouvement {last}")
            move_echeance(due, EcheanceStatus.PAID_OTHERWISE, now=now, source_id=source_id)


def _cancel_the_last(reckoning: Reckoning, *, now: datetime) -> None:
    for due in reversed(reckoning.open_dues):
        if reckoning.excess_cents < due.amount_cents:
            # What is left of the first one may be all that is not owed.
            left = reckoning.open_dues
            if len(left) != 1 or reckoning.owed_cents:
                return
        move_echeance(due, EcheanceStatus.CANCELLED, now=now)


def _part(row: PartEcheancier, came_in: tuple[int, int]) -> PartLeft:
    cents, last = came_in
    return PartLeft(row.creance, row.amount_cents, max(min(cents, row.amount_cents), 0), last)


def _came_in(echeancier: Echeancier, parts: Sequence[PartEcheancier]) -> dict[int, tuple[int, int]]:
    """Cents paid by the person on each debt since the agreement, and the last movement.

    In the order in which they came, never below nothing: what takes back a payment of before the
    plan does not eat what is paid afterwards.
    """
    rows = Mouvement.objects.filter(
        creance_id__in=[part.creance_id for part in parts],
        recorded_at__gt=echeancier.agreed_at,
        kind__in=PAID_BY_THE_PERSON | TAKEN_BACK,
    )
    found: dict[int, tuple[int, int]] = {}
    for creance_id, kind, amount_cents, pk in rows.order_by("pk").values_list(
        "creance_id", "kind", "amount_cents", "pk"
    ):
        sign = -1 if kind in TAKEN_BACK else 1
        cents, _last = found.get(creance_id, (0, 0))
        found[creance_id] = (max(cents + sign * amount_cents, 0), pk)
    return found
