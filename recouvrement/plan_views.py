"""A plan that no card pays, as people read it: its lines, its sums, what may be done now."""

from dataclasses import dataclass
from datetime import date

from allocataires.models import Creance, Echeance, Echeancier
from allocataires.models.echeancier import EcheanceStatus, EcheancierStatus
from allocataires.services.plan_money import IN, OPEN, Reckoning
from recouvrement.plan_queries import reference_of


@dataclass(frozen=True, slots=True)
class PlanLine:
    """One due: what was promised, and what is still asked of it."""

    due: Echeance
    asked_cents: int
    is_late: bool

    @property
    def is_settled(self) -> bool:
        """Whether it is paid."""
        return self.due.status in IN

    @property
    def is_lowered(self) -> bool:
        """Whether less is asked than was promised."""
        return 0 < self.asked_cents != self.due.amount_cents


@dataclass(frozen=True, slots=True)
class PlanPage:
    """What the page shows; ``today`` is the Paris date that tells a late due."""

    reckoning: Reckoning
    today: date

    @property
    def plan(self) -> Echeancier:
        """The plan itself."""
        return self.reckoning.echeancier

    @property
    def reference(self) -> str:
        """What it is called."""
        return reference_of(self.plan)

    @property
    def lines(self) -> list[PlanLine]:
        """Every due, by date."""
        return [
            self._line(due) for due in sorted(self.reckoning.dues, key=lambda each: each.due_on)
        ]

    @property
    def next_line(self) -> PlanLine | None:
        """The next due to pay."""
        return next((line for line in self.lines if line.asked_cents), None)

    @property
    def left_cents(self) -> int:
        """What is still asked in all."""
        return sum(line.asked_cents for line in self.lines)

    @property
    def stopped(self) -> list[Creance]:
        """Debts whose recovery is stopped today: nothing is asked."""
        return self.reckoning.stopped

    @property
    def is_running(self) -> bool:
        """Whether it is under way."""
        return self.plan.status == EcheancierStatus.ACTIVE

    @property
    def is_waiting(self) -> bool:
        """Whether the fund must answer."""
        return self.plan.status == EcheancierStatus.ASKED

    @property
    def may_stop(self) -> bool:
        """Whether there is something to give up."""
        return self.is_running or self.is_waiting

    @property
    def may_change(self) -> bool:
        """Whether dates may move."""
        return self.is_running and any(
            due.status == EcheanceStatus.PLANNED for due in self.reckoning.dues
        )

    def _line(self, due: Echeance) -> PlanLine:
        is_open = due.status in OPEN
        asked = self.reckoning.asked_cents(due) if is_open else 0
        late = is_open and self.is_running and not self.stopped and due.due_on < self.today
        return PlanLine(due, asked, late)
