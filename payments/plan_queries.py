"""What the pages read of plans: promised against came in, inside the reader's scope."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet, Sum

from allocataires.models import Creance, Echeance, Echeancier
from allocataires.models.echeancier import EcheanceStatus
from allocataires.session import Debtor
from payments.models import Payment, Refund, Representation
from payments.models.refund import RefundStatus
from payments.queries import payments_of
from payments.status import PaymentStatus

#: A plan that its first due has started, whatever became of it; a proposal is not shown.
STARTED = frozenset(
    {
        PaymentStatus.SCHEDULED,
        PaymentStatus.STOPPED,
        PaymentStatus.PAID,
        PaymentStatus.REFUNDED,
    }
)
#: Those that a person follows: of one whose first due is held, the others are debited all the same.
_FOLLOWED = STARTED | {PaymentStatus.HELD}
_STOPPABLE = frozenset({PaymentStatus.SCHEDULED, PaymentStatus.HELD, PaymentStatus.REFUNDED})
_IN = frozenset({EcheanceStatus.PAID, EcheanceStatus.PAID_OTHERWISE})


@dataclass(frozen=True, slots=True)
class DueLine:
    """One due: what was promised, what came in, what was given back since."""

    due: Echeance
    came_in_cents: int
    given_back_cents: int
    is_late: bool

    @property
    def is_refused(self) -> bool:
        """Whether the person may pay it online now."""
        return self.due.status == EcheanceStatus.REFUSED


@dataclass(frozen=True, slots=True)
class PlanView:
    """A plan as people read it: its lines and their sums."""

    echeancier: Echeancier
    payment: Payment
    lines: tuple[DueLine, ...]

    @property
    def promised_cents(self) -> int:
        """Sum of the dues."""
        return sum(line.due.amount_cents for line in self.lines)

    @property
    def came_in_cents(self) -> int:
        """Sum of what came in."""
        return sum(line.came_in_cents for line in self.lines)

    @property
    def given_back_cents(self) -> int:
        """Sum of what was given back."""
        return sum(line.given_back_cents for line in self.lines)

    @property
    def to_come_cents(self) -> int:
        """What is still to be debited."""
        return sum(line.due.amount_cents for line in self.lines if _is_planned(line))

    @property
    def next_line(self) -> DueLine | None:
        """The next due to be debited."""
        return next((line for line in self.lines if _is_planned(line)), None)

    @property
    def refused_lines(self) -> list[DueLine]:
        """The dues to pay otherwise."""
        return [line for line in self.lines if line.is_refused]

    @property
    def may_stop(self) -> bool:
        """Whether there is something left to cancel."""
        to_come = any(_is_planned(line) or line.is_refused for line in self.lines)
        return to_come and self.payment.status in _STOPPABLE


def plans_of(debtor: Debtor) -> QuerySet[Payment]:
    """The payments of the plans that this debtor may see, once started, the latest first."""
    return (
        payments_of(debtor)
        .filter(echeancier__isnull=False, status__in=_FOLLOWED)
        .select_related("echeancier", "caisse", "allocataire")
        .order_by("-pk")
        .distinct()
    )


def running_plans_on(creances: Iterable[Creance]) -> dict[int, int]:
    """Cents still to be debited by plans under way, by debt touched (primary key).

    A plan of several debts counts whole on each of them: it warns, it does not compute.
    """
    rows = (
        Echeance.objects.filter(
            echeancier__payments__status=PaymentStatus.SCHEDULED,
            echeancier__payments__affectations__creance__in=list(creances),
            status=EcheanceStatus.PLANNED,
        )
        .values("echeancier__payments__affectations__creance")
        .annotate(cents=Sum("amount_cents"))
        .order_by("echeancier__payments__affectations__creance")
    )
    return {row["echeancier__payments__affectations__creance"]: row["cents"] for row in rows}


def plan_view(payment: Payment, *, today: date) -> PlanView:
    """The whole plan of a payment; ``today`` is the Paris date that tells a late due."""
    if payment.echeancier is None:
        raise ValueError("this payment is not a plan's")
    dues = list(Echeance.objects.filter(echeancier=payment.echeancier_id).order_by("rank"))
    given_back = _given_back(dues)
    return PlanView(
        payment.echeancier,
        payment,
        tuple(_line(due, given_back.get(due.pk, 0), today) for due in dues),
    )


def _line(due: Echeance, given_back_cents: int, today: date) -> DueLine:
    came_in = due.amount_cents if due.status in _IN else 0
    is_late = due.status == EcheanceStatus.PLANNED and due.due_on < today
    return DueLine(due, came_in, given_back_cents, is_late)


def _given_back(dues: Iterable[Echeance]) -> dict[int, int]:
    """Cents given back, by due: on its own transaction, or on the payment that made it good."""
    sums: Counter[int] = Counter()
    for path in ("transaction__echeance", "payment__echeance"):
        done = Refund.objects.filter(status=RefundStatus.DONE)
        sums.update(_by_due(done, path, dues))
        # What banks gave back of chargebacks is here again.
        sums.subtract(_by_due(Representation.objects.all(), f"refund__{path}", dues))
    return sums


def _by_due(rows: QuerySet[Any], path: str, dues: Iterable[Echeance]) -> dict[int, int]:
    of_dues = rows.filter(**{f"{path}__in": list(dues)}).values(path)
    return {row[path]: row["cents"] for row in of_dues.annotate(cents=Sum("amount_cents"))}


def _is_planned(line: DueLine) -> bool:
    return line.due.status == EcheanceStatus.PLANNED
