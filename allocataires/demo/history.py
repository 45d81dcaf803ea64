"""Invents what happened to a debt since it was recorded: withholdings, cheques, corrections."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from allocataires.demo.months import same_day_each_month
from allocataires.demo.records import DemoMouvement
from allocataires.nomenclature import MouvementType as M
from allocataires.nomenclature import Sens, sens_of
from allocataires.states import CreanceState as S
from allocataires.states import RecoveryMode

#: Benefits are paid, and withheld, on the 5th; direct debits leave on the 10th.
_RETENUE_DAY = 5
_PRELEVEMENT_DAY = 10
#: Small debts dropped: 0.68 % of the 2026 monthly ceiling, rounded up (D.133-2 CSS).
_SMALL_CENTS = 2_800
#: States in which the recovery has stopped: the history ends half-way to today.
_STOPPED = frozenset(
    {S.CONTESTEE, S.SUSPENDUE, S.SURENDETTEMENT, S.PRESCRITE, S.TRANSFEREE, S.MUTEE}
)


@dataclass(slots=True)
class History:
    """Movements in date order, with the balance that they leave."""

    balance_cents: int
    day: date
    until: date
    floor_cents: int = 0
    mouvements: list[DemoMouvement] = field(default_factory=list)

    def add(self, kind: M, amount_cents: int, on: date) -> None:
        """Write a movement, cut at the floor; none in the future, none after the end."""
        lowers = sens_of(kind) == Sens.BAISSE
        room = self.balance_cents - self.floor_cents
        amount = min(amount_cents, room) if lowers else amount_cents
        if amount <= 0 or not self.day <= on <= self.until:
            return
        self.balance_cents += -amount if lowers else amount
        self.day = on
        self.mouvements.append(DemoMouvement(kind, amount, on))

    def after(self, days: int) -> date:
        """So many days after the last movement."""
        return self.day + timedelta(days=days)


def invent_history(
    rng: Random,
    *,
    state: str,
    mode: str,
    initial_cents: int,
    monthly_cents: int | None,
    notified_on: date,
    today: date,
) -> tuple[DemoMouvement, ...]:
    """The movements of a debt notified that day, none later than ``today``."""
    until = notified_on + (today - notified_on) / 2 if state in _STOPPED else today
    history = History(initial_cents, notified_on, until)
    _correct(rng, history)
    if state not in {S.NOTIFIEE, S.RECTIFICATION}:
        history.floor_cents = _floor(rng, state=state, initial_cents=initial_cents)
        _repay(rng, history, mode=mode, monthly_cents=monthly_cents)
        history.floor_cents = 0
        _end(rng, history, state=state)
    return tuple(history.mouvements)


def _floor(rng: Random, *, state: str, initial_cents: int) -> int:
    """What repayments leave: nothing for a good quarter of the debts being repaid, else a part."""
    if state == S.EN_RECOUVREMENT and rng.random() < 0.28:
        return 0
    return initial_cents * rng.randint(15, 85) // 100


def _correct(rng: Random, history: History) -> None:
    draw = rng.random()
    on = history.after(rng.randint(5, 40))
    if draw < 0.02:
        history.add(M.COMPLEMENT, rng.randint(1_000, 20_000), on)
    elif draw < 0.04:
        history.add(M.AJUSTEMENT_BAISSE, history.balance_cents // 4, on)
    elif draw < 0.05:
        history.add(M.AJUSTEMENT_HAUSSE, rng.randint(500, 5_000), on)


def _repay(rng: Random, history: History, *, mode: str, monthly_cents: int | None) -> None:
    if mode == RecoveryMode.DIRECT or monthly_cents is None:
        _pay_now_and_then(rng, history)
        return
    retained = mode == RecoveryMode.RETENUE
    kind = M.RETENUE if retained else M.PRELEVEMENT
    months = rng.randint(1, 30)
    for on in same_day_each_month(
        history.after(25), _RETENUE_DAY if retained else _PRELEVEMENT_DAY, months
    ):
        if rng.random() < 0.06:
            history.add(M.CHEQUE, rng.randint(2_000, 12_000), on - timedelta(days=3))
        history.add(kind, monthly_cents, on)


def _pay_now_and_then(rng: Random, history: History) -> None:
    for _ in range(rng.choice((0, 0, 1, 1, 2, 3))):
        kind = rng.choice((M.CHEQUE, M.CHEQUE, M.VIREMENT, M.ESPECES))
        paid = max(history.balance_cents * rng.choice((25, 50, 50, 100)) // 100, 1_000)
        history.add(kind, paid, history.after(rng.randint(10, 70)))
        if kind == M.CHEQUE and rng.random() < 0.05 and history.mouvements:
            history.add(M.IMPAYE, history.mouvements[-1].amount_cents, history.after(6))


def _end(rng: Random, history: History, *, state: str) -> None:
    left = history.balance_cents
    draw = rng.random()
    on = history.after(rng.randint(1, 30))
    if state == S.NON_VALEUR:
        history.add(M.NON_VALEUR, left, on)
    elif state == S.TRANSFEREE and draw < 0.5:
        history.add(M.TRANSFERT, left, on)
    elif state == S.SURENDETTEMENT and draw < 0.3:
        history.add(M.SURENDETTEMENT, left, on)
    elif state == S.EN_RECOUVREMENT and 0 < left < _SMALL_CENTS:
        history.add(M.PETIT_MONTANT, left, on)
    elif state == S.EN_RECOUVREMENT and draw < 0.05:
        history.add(M.REMISE, left if draw < 0.02 else left // 2, on)
    elif state == S.EN_RECOUVREMENT and draw < 0.06:
        history.add(M.ANNULATION, left, on)
