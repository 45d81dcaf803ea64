"""Moves a debt from one state to another: the only door (invariant 6)."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from allocataires.models import Creance, Etape
from allocataires.states import CreanceState
from allocataires.transitions import ALLOWED, EtapeCause
from caf_portal.paris import paris_date
from caisses.models import Agent


class EtapeRefused(Exception):
    """The table of moves has no such move."""


@dataclass(frozen=True, slots=True)
class Why:
    """What moves a debt, as its history keeps it; ``note`` is read by the person."""

    cause: EtapeCause
    note: str = ""
    agent: Agent | None = None
    source_id: UUID | None = None
    until_on: date | None = None


def may_move(creance: Creance, to: CreanceState) -> bool:
    """Whether the table allows this move."""
    return to in ALLOWED[CreanceState(creance.state)]


def move_creance(
    creance: Creance, to: CreanceState, *, why: Why, now: datetime, on: date | None = None
) -> Etape:
    """Move a debt that the caller holds under lock, and log the move: one and the same row.

    ``on`` is the Paris date of effect, today's unless told. The database writes ``state`` from
    the row and refuses a move that the table does not have. Raises ``EtapeRefused`` before that.
    """
    if not may_move(creance, to):
        raise EtapeRefused(f"{creance.public_id}: {creance.state} -> {to}")
    etape = Etape.objects.create(
        caisse_id=creance.caisse_id,
        creance=creance,
        from_state=creance.state,
        to_state=to,
        cause=why.cause,
        on=on or paris_date(now),
        until_on=why.until_on,
        note=why.note,
        at=now,
        agent=why.agent,
        source_id=why.source_id,
    )
    creance.state = to
    return etape
