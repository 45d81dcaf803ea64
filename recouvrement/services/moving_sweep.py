"""Carries requests, answers and debts over the wall between two funds, one at a time.

The only place where a row of one fund is written because of a row of another: a periodic task, in
the national scope, with nobody's request behind it. Run twice or cut anywhere, each step is one
transaction and the next run goes on.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import structlog

from caf_portal.database.scope import national_scope
from caf_portal.sweeping import try_each
from comptabilite.models.anomalie import AnomalieKind
from comptabilite.services.anomalies import open_anomalie
from comptabilite.services.writing import RuleMissing
from recouvrement.models import MutationDemandee
from recouvrement.models.mutation import MutationSide
from recouvrement.models.mutation_demandee import MoveStatus
from recouvrement.services.moving import move_debt
from recouvrement.services.moving_asking import MoveRefused

logger = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Carried:
    """What a run did."""

    announced: int
    moved: int
    ended: int


@dataclass(frozen=True, slots=True)
class _Pair:
    departure: MutationDemandee
    arrival: MutationDemandee | None


def carry_moves(*, now: datetime, limit: int = 200) -> Carried:
    """Announce what was asked, move what was accepted, tell what was refused."""
    done = try_each(_pending(limit), lambda move_id: _carry(move_id, now=now))
    return Carried(done.count("announced"), done.count("moved"), done.count("ended"))


def _pending(limit: int) -> list[UUID]:
    with national_scope():
        rows = MutationDemandee.objects.pending().filter(side=MutationSide.DEPART)
        return list(rows.order_by("pk").values_list("move_id", flat=True)[:limit])


def _carry(move_id: UUID, *, now: datetime) -> str:
    try:
        with national_scope():
            return _step(_locked(move_id), now=now)
    except (MoveRefused, RuleMissing) as error:
        # Nothing was moved: both sides are told why, in a transaction of their own.
        logger.warning("recouvrement.move.failed", move=str(move_id), why=repr(error))
        with national_scope():
            _fail(_locked(move_id), str(error), now=now)
        return "ended"


def _locked(move_id: UUID) -> _Pair:
    rows = {row.side: row for row in MutationDemandee.objects.locked().filter(move_id=move_id)}
    return _Pair(rows[MutationSide.DEPART], rows.get(MutationSide.ARRIVEE))


def _step(pair: _Pair, *, now: datetime) -> str:
    if pair.departure.status not in {MoveStatus.DEMANDEE, MoveStatus.ACCEPTEE}:
        return "nothing"
    if pair.arrival is None:
        _announce(pair.departure)
        return "announced"
    if pair.arrival.status == MoveStatus.REFUSEE:
        _end(pair.departure, MoveStatus.REFUSEE, pair.arrival.answer, now=now)
        return "ended"
    if pair.arrival.status != MoveStatus.ACCEPTEE:
        return "nothing"
    arrived = move_debt(pair.departure, now=now)
    _end(pair.departure, MoveStatus.FAITE, pair.arrival.answer, now=now)
    pair.arrival.creance = arrived
    pair.arrival.status = MoveStatus.FAITE
    pair.arrival.save(update_fields=["status", "creance"])
    return "moved"


def _announce(departure: MutationDemandee) -> None:
    """The other fund's own row: what it needs in order to recognise the person, and no more."""
    leaving = departure.creance
    if leaving is None:
        raise MoveRefused("La demande ne dit pas quelle dette part.")
    person = leaving.allocataire
    MutationDemandee.objects.create(
        caisse_id=departure.other_caisse_id,
        move_id=departure.move_id,
        side=MutationSide.ARRIVEE,
        other_caisse_id=departure.caisse_id,
        numero=departure.numero,
        nom=person.nom,
        prenom=person.prenom,
        naissance_on=person.naissance_on,
        nature=departure.nature,
        stated_cents=departure.stated_cents,
        moved_on=departure.moved_on,
        reason=departure.reason,
        asked_at=departure.asked_at,
    )


def _fail(pair: _Pair, why: str, *, now: datetime) -> None:
    for row in (pair.departure, pair.arrival):
        if row is None:
            continue
        _end(row, MoveStatus.ECHOUEE, why, now=now)
        open_anomalie(
            caisse_id=row.caisse_id,
            kind=AnomalieKind.MUTATION_TO_FINISH,
            subject=row.move_id.hex,
            amount_cents=row.stated_cents,
            detail=f"Mutation avec la caisse {row.other_caisse.code} non faite : {why}",
            now=now,
        )


def _end(row: MutationDemandee, status: MoveStatus, answer: str, *, now: datetime) -> None:
    row.status, row.answer = status, answer[:300]
    row.decided_at = row.decided_at or now
    row.save(update_fields=["status", "answer", "decided_at"])
