"""Puts a debt in a state by its history, as everything else does."""

from allocataires.models import Creance
from allocataires.services.etapes import Why, move_creance
from allocataires.states import ENDED, CreanceState
from allocataires.transitions import ALLOWED, EtapeCause
from tests.payments.factories import NOW


def put_in_state(creance: Creance, state: str) -> None:
    """Move this debt to ``state`` by the shortest road, inside the caller's scope."""
    held = Creance.objects.locked().get(pk=creance.pk)
    for step in _road(CreanceState(held.state), CreanceState(state)):
        move_creance(held, step, why=Why(EtapeCause.CAISSE), now=NOW)


def _road(start: CreanceState, end: CreanceState) -> list[CreanceState]:
    """By followed states only: a debt does not pass through its end."""
    roads: list[list[CreanceState]] = [[start]]
    for road in roads:
        if road[-1] == end:
            return road[1:]
        reached = {state for other in roads for state in other}
        roads += [
            [*road, to]
            for to in sorted(ALLOWED[road[-1]] - reached)
            if to == end or to not in ENDED
        ]
    raise AssertionError(f"no road from {start} to {end}")
