"""What the debtor's pages read, inside the scope of the debtor's fund."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet, Sum

from allocataires.models import Creance, Mouvement
from allocataires.models.creance import CreanceQuerySet
from allocataires.nomenclature import MouvementType, Sens
from allocataires.session import Debtor
from allocataires.states import MUST_NOT_CLAIM


def creances_of(debtor: Debtor) -> CreanceQuerySet:
    """The debts this debtor may see: all of theirs, or the letter's own one and no other.

    Whoever came by a payment link sees none: only what they pay.
    """
    if debtor.by_link:
        return Creance.objects.none()
    mine = Creance.objects.filter(caisse_id=debtor.caisse_id, allocataire_id=debtor.allocataire_id)
    return mine.filter(pk=debtor.creance_id) if debtor.by_letter else mine


def recovery_is_stopped(creance: Creance) -> bool:
    """Whether this fund may neither remind, withhold nor debit for this debt today."""
    return creance.state in MUST_NOT_CLAIM


@dataclass(frozen=True, slots=True)
class Change:
    """What one kind of movement did to a debt in all: negative when it lowered it."""

    kind: MouvementType
    cents: int


def changes_by_kind(creances: Iterable[Creance]) -> dict[int, list[Change]]:
    """For each debt, by primary key: what happened since it was recorded, one line a kind.

    One query for all the debts. A kind that this version does not know is left out by the check
    constraint of the table, not here.
    """
    pks = [creance.pk for creance in creances]
    rows = (
        Mouvement.objects.filter(creance_id__in=pks)
        .exclude(kind=MouvementType.IMPLANTATION)
        .values("creance_id", "kind", "sens")
        .annotate(cents=Sum("amount_cents"))
        .order_by("creance_id", "kind")
    )
    changes: dict[int, list[Change]] = {pk: [] for pk in pks}
    for row in rows:
        sign = 1 if row["sens"] == Sens.HAUSSE else -1
        changes[row["creance_id"]].append(Change(MouvementType(row["kind"]), sign * row["cents"]))
    return changes


def history_of(creance: Creance) -> QuerySet[Mouvement]:
    """The movements of a debt, the oldest first, as numbered by the database."""
    return creance.mouvements.order_by("rank")
