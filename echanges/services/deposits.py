"""A lot sent by the API: received, applied, and told with its first rejected lines."""

from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO
from uuid import UUID

from caf_portal.database.scope import caisse_scope
from caisses.models import Caisse
from echanges.models import Lot, Rejet
from echanges.models.lot import LotFormat, LotStatus
from echanges.services.keys import Caller
from echanges.services.loading import apply_lot, receive_lot

#: Rejected lines told with the lot; all of them are paged apart.
FIRST_REJECTS = 100


@dataclass(frozen=True, slots=True)
class Deposit:
    """What became of it; ``is_new`` is false for a content that came before."""

    lot: Lot
    rejets: list[Rejet]
    is_new: bool

    @property
    def is_refused(self) -> bool:
        """Nothing of it was applied; ``lot.refusal`` says why."""
        return self.lot.status == LotStatus.REFUSE


def deposit_lot(
    *, caller: Caller, source: BinaryIO, lot_format: LotFormat, now: datetime
) -> Deposit:
    """Receive and apply, each in its own transaction: cut in between, the sweep finishes it.

    The same content again is the same lot, and changes nothing.
    """
    caisse = Caisse.objects.get(pk=caller.caisse_id)
    received = receive_lot(
        caisse=caisse, source=source, filename="", format=lot_format, received_by=None, now=now
    )
    is_new = received.status == LotStatus.RECU or received.received_at == now
    lot = apply_lot(lot_id=received.pk, caisse_id=caller.caisse_id, now=now)
    return Deposit(lot, _first_rejects(lot), is_new)


def lot_of(*, caller: Caller, public_id: UUID) -> Lot | None:
    """A lot of the caller's fund, by its public identifier."""
    with caisse_scope(caller.caisse_id):
        lots = Lot.objects.filter(caisse_id=caller.caisse_id).select_related("corrects")
        return lots.filter(public_id=public_id).first()


def _first_rejects(lot: Lot) -> list[Rejet]:
    with caisse_scope(lot.caisse_id):
        rejets = Rejet.objects.filter(lot=lot).select_related("corrected_by")
        return list(rejets.order_by("pk")[:FIRST_REJECTS])
