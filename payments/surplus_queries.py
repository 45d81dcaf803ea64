"""What the pages read of surpluses, inside the scope of the debtor's or the agent's fund."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from allocataires.models import Creance
from allocataires.queries import creances_of
from allocataires.session import Debtor
from payments.models import TropPercu
from payments.queries import payments_of


@dataclass(frozen=True, slots=True)
class Offer:
    """A debt that a surplus may be put on: what it would take, and what would be given back."""

    creance: Creance
    takes_cents: int
    back_cents: int


def surpluses_of(debtor: Debtor) -> QuerySet[TropPercu]:
    """The surpluses that this debtor may choose about or follow; none for a link's holder."""
    if debtor.by_link:
        return TropPercu.objects.none()
    mine = TropPercu.objects.filter(payment__in=payments_of(debtor))
    return mine.select_related("payment", "creance", "refund", "moved_creance").order_by("pk")


def offers_for(surplus: TropPercu, debtor: Debtor) -> list[Offer]:
    """The debts that this debtor may put the money on, the oldest first as the law has it."""
    return list(_offers(surplus, creances_of(debtor).payable().oldest_first()))


def offers_of_person(surplus: TropPercu) -> list[Offer]:
    """The same for an agent, who sees every debt of the person."""
    of_person = Creance.objects.filter(allocataire_id=surplus.allocataire_id)
    return list(_offers(surplus, of_person.payable().oldest_first()))


def _offers(surplus: TropPercu, creances: Iterable[Creance]) -> Iterable[Offer]:
    for creance in creances:
        takes = min(surplus.left_cents, creance.balance_cents)
        yield Offer(creance, takes, surplus.left_cents - takes)
