"""Posts movements on debts; the database keeps the balances."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from allocataires.models import Mouvement
from allocataires.nomenclature import MouvementType, sens_of


@dataclass(frozen=True, slots=True)
class Posting:
    """A movement to post on one debt."""

    creance_id: int
    amount_cents: int


def post_mouvements(
    *,
    caisse_id: int,
    kind: MouvementType,
    postings: Sequence[Posting],
    value_on: date,
    source_id: UUID,
    now: datetime,
) -> None:
    """Post movements of one kind and one source, one a debt, in the caller's transaction.

    The trigger locks each debt and refuses a balance below zero; the same source is not posted
    twice on a debt (``inv04_mouvement_booked_once``).
    """
    Mouvement.objects.bulk_create(
        Mouvement(
            caisse_id=caisse_id,
            creance_id=posting.creance_id,
            kind=kind,
            sens=sens_of(kind),
            amount_cents=posting.amount_cents,
            value_on=value_on,
            recorded_at=now,
            source_id=source_id,
        )
        for posting in postings
    )
