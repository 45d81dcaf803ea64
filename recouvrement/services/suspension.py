"""Stops and resumes the recovery of a debt because somebody asked something about it.

Callers hold the debt under lock. A debt is stopped *by a demande* when the last line of its
history (movements apart, which only end or reopen it) is that demande's; what an agent, the
fund's software or the judge stopped is not resumed here.
"""

from datetime import date, datetime, timedelta

from allocataires.models import Creance, Etape
from allocataires.services.etapes import Why, may_move, move_creance
from allocataires.states import CreanceState
from allocataires.transitions import EtapeCause
from recouvrement.models import Demande

#: States in which the fund claims, that a demande may stop.
RUNNING = frozenset(
    {
        CreanceState.NOTIFIEE,
        CreanceState.EN_RECOUVREMENT,
        CreanceState.MISE_EN_DEMEURE,
        CreanceState.CONTRAINTE,
    }
)
#: States that a demande leads to.
STOPPED_BY_DEMANDE = frozenset(
    {CreanceState.RECTIFICATION, CreanceState.CONTESTEE, CreanceState.SUSPENDUE}
)


def stop_of(creance: Creance) -> Etape | None:
    """The line of the history by which a demande keeps this debt stopped, if one does."""
    last = creance.etapes.exclude(cause=EtapeCause.MOUVEMENT).order_by("pk").last()
    by_demande = last is not None and last.cause == EtapeCause.DEMANDE
    return last if by_demande and creance.state in STOPPED_BY_DEMANDE else None


def state_before(creance: Creance) -> CreanceState:
    """The state that the debt will go back to: where it was before the first demande."""
    stop = stop_of(creance)
    if stop is None or stop.source_id is None:
        return CreanceState(creance.state)
    return CreanceState(Demande.objects.get(public_id=stop.source_id).back_to)


def stop_recovery(
    creance: Creance,
    demande: Demande,
    *,
    state: CreanceState,
    until_on: date | None,
    now: datetime,
) -> None:
    """Stop the recovery from now on, unless something stopped it already.

    A debt stopped by another demande becomes contested when this one contests it; its first state
    is kept in ``back_to``. A formal notice or a contrainte cannot be rectified: it is contested.
    """
    stopped_before = stop_of(creance) is not None
    if creance.state not in RUNNING and not (stopped_before and state == CreanceState.CONTESTEE):
        return
    to = state if may_move(creance, state) else CreanceState.CONTESTEE
    if creance.state == to:
        return
    why = Why(EtapeCause.DEMANDE, source_id=demande.public_id, until_on=until_on)
    move_creance(creance, to, why=why, now=now)


def resumes_on(creance: Creance) -> date | None:
    """The first day on which the recovery of a debt stopped by a demande may resume.

    ``None`` while a demande that stops it waits for its answer, and for a debt that no demande
    stops: nothing resumes by itself then.
    """
    if stop_of(creance) is None:
        return None
    stopping = list(creance.demandes.filter(suspends=True))
    if any(demande.is_waiting for demande in stopping):
        return None
    return max((demande.resume_on for demande in stopping if demande.resume_on), default=None)


def stopped_until(stop: Etape, resume_on: date | None) -> date | None:
    """The last day without recovery, as far as it is known today."""
    return resume_on - timedelta(days=1) if resume_on else stop.until_on


def resume_recovery(creance: Creance, *, now: datetime) -> Etape:
    """Bring the debt back to where it was before; the caller has checked ``resumes_on``."""
    stop = stop_of(creance)
    if stop is None:
        raise ValueError(f"debt {creance.public_id} is not stopped by a demande")
    why = Why(EtapeCause.DELAI, source_id=stop.source_id)
    return move_creance(creance, state_before(creance), why=why, now=now)
