"""Invents the debts of a person."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from math import exp
from random import Random
from typing import TypeVar

from allocataires.demo.history import invent_history
from allocataires.demo.lives import invent_life
from allocataires.demo.months import month_end
from allocataires.demo.months_of_debts import invent_months, overlapping
from allocataires.demo.people import invent_uuid
from allocataires.demo.records import DemoCreance, DemoPerson
from allocataires.nomenclature import (
    FRAUD_CODE,
    Famille,
    Motif,
    Nature,
    Origine,
    famille_of,
)
from allocataires.states import CreanceState as S
from allocataires.states import RecoveryMode

Drawn = TypeVar("Drawn")

#: RSA and housing aid are most of the overpayments (docs/domaine.md); every nature has its share.
_NATURES = {
    Nature.APL: 32,
    Nature.RSA_SOCLE: 26,
    Nature.PRIME_ACTIVITE: 16,
    Nature.PRESTATIONS_FAMILIALES: 9,
    Nature.RSA_MAJORE: 4,
    Nature.PRIME_NOEL: 4,
    Nature.RSA_JEUNE: 2,
    Nature.RSA_LOCAL: 1,
    Nature.RSA_LOCAL_SOCLE: 1,
    Nature.RSA_CONTRAT: 1,
    Nature.RSA_JEUNE_MAJORE: 1,
    Nature.RSA_TRANSFERE: 1,
    Nature.RSA_MAJORE_TRANSFERE: 1,
    Nature.RSA_SUBROGATION: 1,
}
_STATES = {
    S.EN_RECOUVREMENT: 48,
    S.NOTIFIEE: 20,
    S.RECTIFICATION: 3,
    S.MISE_EN_DEMEURE: 7,
    S.CONTESTEE: 6,
    S.SUSPENDUE: 5,
    S.CONTRAINTE: 4,
    S.TRANSFEREE: 4,
    S.MUTEE: 2,
    S.SURENDETTEMENT: 2,
    S.PRESCRITE: 1,
    S.NON_VALEUR: 1,
}
_MODES = {RecoveryMode.RETENUE: 62, RecoveryMode.DIRECT: 28, RecoveryMode.PLAN: 10}
_MOTIFS = {
    Motif.RESSOURCES: 35,
    Motif.ACTIVITE: 22,
    Motif.FAMILLE: 14,
    Motif.ADRESSE: 10,
    Motif.ENFANT: 7,
    Motif.DROITS: 6,
    Motif.DEPART: 3,
    Motif.DIVERS: 3,
}
#: ``respindu`` of the flows: most changes are told late, the fund and its tools err too.
_RESPONSABLES = {"60": 52, "62": 8, "20": 9, "10": 13, "30": 6, "40": 6, FRAUD_CODE: 2, "": 4}
#: Shares of the debts that a second letter about the same months follows.
_OVERLAPPING = 0.03
#: One debt, mostly; half as many people have two, and so on.
_COUNTS = {1: 50, 2: 28, 3: 14, 4: 8}


def invent_creances(rng: Random, *, person: DemoPerson, today: date) -> Iterator[DemoCreance]:
    """One to four debts, each with its history."""
    rangs: Counter[str] = Counter()
    for _ in range(_draw(rng, _COUNTS)):
        nature = _draw(rng, _NATURES)
        rangs[nature] += 1
        debt = _creance(rng, person=person, nature=nature, rang=rangs[nature], today=today)
        yield debt
        if debt.mois and rng.random() < _OVERLAPPING:
            rangs[nature] += 1
            yield _second_letter(rng, debt, rang=rangs[nature], today=today)


def _creance(
    rng: Random, *, person: DemoPerson, nature: Nature, rang: int, today: date
) -> DemoCreance:
    state = _state(rng, nature)
    mode = RecoveryMode.DIRECT if state == S.NOTIFIEE else _draw(rng, _MODES)
    notified_on = today - timedelta(days=_age(rng, state))
    initial = _amount(rng)
    responsable_code = _draw(rng, _RESPONSABLES)
    monthly = None if mode == RecoveryMode.DIRECT else rng.randint(45, 160) * 100
    period_end = month_end(notified_on - timedelta(days=rng.randint(40, 200)))
    period_start = (period_end - timedelta(days=rng.randint(0, 240))).replace(day=1)
    return DemoCreance(
        person=person,
        public_id=invent_uuid(rng),
        nature=nature,
        rang=f"{rang:03d}",
        motif=Motif.NOEL if nature == Nature.PRIME_NOEL else _draw(rng, _MOTIFS),
        origine=rng.choice(Origine.values),
        period_start_on=period_start,
        period_end_on=period_end,
        implanted_on=notified_on - timedelta(days=rng.randint(1, 6)),
        notified_on=notified_on,
        initial_cents=initial,
        state=state,
        recovery_mode=mode,
        monthly_cents=monthly,
        mouvements=invent_history(
            rng,
            state=state,
            mode=mode,
            initial_cents=initial,
            monthly_cents=monthly,
            notified_on=notified_on,
            today=today,
        ),
        responsable_code=responsable_code,
        fraude=responsable_code == FRAUD_CODE,
        event_on=period_start + timedelta(days=rng.randint(0, 20)),
        mois=invent_months(rng, start_on=period_start, end_on=period_end, initial_cents=initial),
        etapes=invent_life(state, notified_on=notified_on, today=today),
    )


def _second_letter(rng: Random, first: DemoCreance, *, rang: int, today: date) -> DemoCreance:
    """Another letter about the same months, still to be dealt with."""
    notified_on = max(first.notified_on, today - timedelta(days=rng.randint(3, 50)))
    return replace(
        overlapping(first, same=rng.random() < 0.3),
        public_id=invent_uuid(rng),
        rang=f"{rang:03d}",
        implanted_on=notified_on - timedelta(days=2),
        notified_on=notified_on,
        state=S.NOTIFIEE,
        recovery_mode=RecoveryMode.DIRECT,
        monthly_cents=None,
        mouvements=(),
        etapes=(),
    )


def _state(rng: Random, nature: Nature) -> S:
    """Only RSA goes to the département."""
    state = _draw(rng, _STATES)
    if state == S.TRANSFEREE and famille_of(nature) != Famille.RSA:
        return S.EN_RECOUVREMENT
    return state


def _age(rng: Random, state: S) -> int:
    """Days since the letter: fresh when only notified, years when nobody may claim it any more."""
    if state in {S.NOTIFIEE, S.RECTIFICATION}:
        return rng.randint(2, 60)
    if state in {S.PRESCRITE, S.NON_VALEUR}:
        return rng.randint(760, 1_500)
    return rng.randint(70, 700)


def _amount(rng: Random) -> int:
    """Cents, log-normal: half of them between 240 and 600 €, all between 30 and 8,000 €."""
    euros = 380 * exp(rng.gauss(0, 0.68))
    return round(min(max(euros, 30), 8_000) * 100)


def _draw(rng: Random, weights: Mapping[Drawn, int]) -> Drawn:
    return rng.choices(list(weights), weights=list(weights.values()))[0]
