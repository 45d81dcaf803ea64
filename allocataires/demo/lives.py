"""Invents how a debt came to the state that it is in: dated steps along the table of moves."""

from datetime import date, timedelta

from allocataires.demo.records import DemoEtape
from allocataires.states import CreanceState as S
from allocataires.transitions import EtapeCause as C

#: From the letter to each state: the states passed through, each with what caused the move.
_ROADS: dict[S, tuple[tuple[S, C], ...]] = {
    S.NOTIFIEE: (),
    S.RECTIFICATION: ((S.RECTIFICATION, C.DEMANDE),),
    S.EN_RECOUVREMENT: ((S.EN_RECOUVREMENT, C.DELAI),),
    S.CONTESTEE: ((S.EN_RECOUVREMENT, C.DELAI), (S.CONTESTEE, C.DEMANDE)),
    S.SUSPENDUE: ((S.EN_RECOUVREMENT, C.DELAI), (S.SUSPENDUE, C.AGENT)),
    S.MISE_EN_DEMEURE: ((S.EN_RECOUVREMENT, C.DELAI), (S.MISE_EN_DEMEURE, C.CAISSE)),
    S.CONTRAINTE: (
        (S.EN_RECOUVREMENT, C.DELAI),
        (S.MISE_EN_DEMEURE, C.CAISSE),
        (S.CONTRAINTE, C.CAISSE),
    ),
    S.TRANSFEREE: ((S.EN_RECOUVREMENT, C.DELAI), (S.TRANSFEREE, C.CAISSE)),
    S.MUTEE: ((S.EN_RECOUVREMENT, C.DELAI), (S.MUTEE, C.MUTATION)),
    S.SURENDETTEMENT: ((S.EN_RECOUVREMENT, C.DELAI), (S.SURENDETTEMENT, C.CAISSE)),
    S.PRESCRITE: ((S.EN_RECOUVREMENT, C.DELAI), (S.PRESCRITE, C.DELAI)),
    # The movement that gives it up writes its own end.
    S.NON_VALEUR: ((S.EN_RECOUVREMENT, C.DELAI),),
}
_NOTES = {
    S.SUSPENDUE: "Le temps d’étudier votre situation.",
    S.TRANSFEREE: "Le département vous écrira.",
    S.MUTEE: "Votre nouvelle caisse suit cette dette.",
}
#: Days of a suspension, from its own date.
_SUSPENDED_DAYS = 90
#: Recovery begins after the delay to ask for a rectification.
_FIRST_STEP_DAYS = 28
#: Asked within that delay.
_ASKED_DAYS = 9


def invent_life(state: S, *, notified_on: date, today: date) -> tuple[DemoEtape, ...]:
    """The steps that lead to ``state`` (as left by recovery, before any end), none after today."""
    road = _ROADS[state]
    etapes: list[DemoEtape] = []
    before, on = S.NOTIFIEE, notified_on
    age = (today - notified_on).days
    for rank, (to, cause) in enumerate(road):
        on = min(on + timedelta(days=_wait(rank, to, age)), today)
        until = on + timedelta(days=_SUSPENDED_DAYS) if to == S.SUSPENDUE else None
        etapes.append(DemoEtape(before, to, cause, on, until, _NOTES.get(to, "")))
        before = to
    return tuple(etapes)


def _wait(rank: int, to: S, age: int) -> int:
    """Days before a step: within the delay to ask, after it, then spread over the debt's age."""
    if rank == 0:
        return _ASKED_DAYS if to == S.RECTIFICATION else _FIRST_STEP_DAYS
    return max((age - _FIRST_STEP_DAYS) // (2 * rank + 1), 1)
