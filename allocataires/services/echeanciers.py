"""Plans: the dates and amounts of their dues (pure functions), their writing, and their moves."""

from calendar import monthrange
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from allocataires.models import Echeance, Echeancier, PartEcheancier
from allocataires.models.echeancier import (
    ECHEANCE_MOVES,
    EcheanceStatus,
    EcheancierStatus,
    PlanMeans,
)

#: Twelve dues at most, over a year at most: the law on plans (R.133-9-2 CSS) and the platform
#: (protocol sheet A.4) say the same.
FEWEST, MOST = 2, 12
LONGEST = timedelta(days=365)
#: Smallest due, in cents: that of a card payment.
SMALLEST_CENTS = 100
#: The second due leaves time to breathe after the first one, which is paid at once.
BREATH = timedelta(days=15)


class PlanImpossible(ValueError):
    """No plan can be made of this; ``str()`` is a sentence for the person."""


@dataclass(frozen=True, slots=True)
class Due:
    """What is promised on one day (Paris date), in cents."""

    due_on: date
    amount_cents: int


def plan_dues(*, total_cents: int, count: int, day: int, today: date) -> tuple[Due, ...]:
    """The dues of a plan: the first today, then one a month on ``day``, all but the last equal.

    They sum to ``total_cents`` to the cent, the last one takes the remainder, no two are on one
    day, each is at least 1 € and the last is within 365 days. In a month that is too short the
    last day stands for ``day``. Raises ``PlanImpossible``.
    """
    if not FEWEST <= count <= MOST or not 1 <= day <= 31:
        raise PlanImpossible(
            _("Choisissez de %(fewest)s à %(most)s paiements, et un jour du mois.")
            % {"fewest": FEWEST, "most": MOST}
        )
    if total_cents < count * SMALLEST_CENTS:
        raise PlanImpossible(_("Chaque paiement doit être d’au moins 1 € : choisissez-en moins."))
    share = total_cents // count
    amounts = [share] * (count - 1) + [total_cents - share * (count - 1)]
    days = [today, *monthly_dates(after=today + BREATH, day=day, count=count - 1)]
    return tuple(Due(*pair) for pair in zip(days, amounts, strict=True))


def monthly_dates(*, after: date, day: int, count: int) -> list[date]:
    """``count`` dates, one a month on ``day``, the first one on ``after`` or later."""
    first = on_day(after.year, after.month, day)
    month = after.month - 1 + (first < after)
    return [
        on_day(after.year + index // 12, index % 12 + 1, day)
        for index in range(month, month + count)
    ]


def on_day(year: int, month: int, day: int) -> date:
    """That day of the month, or the last one when the month has no such day."""
    return date(year, month, min(day, monthrange(year, month)[1]))


def most_dues(total_cents: int) -> int:
    """How many dues a total allows; below ``FEWEST`` there is no plan."""
    return min(MOST, total_cents // SMALLEST_CENTS)


@dataclass(frozen=True, slots=True)
class PlanTerms:
    """How a plan is paid and where it starts from; a plan by card waits for its first due."""

    means: PlanMeans = PlanMeans.CARTE
    status: EcheancierStatus = EcheancierStatus.PROPOSED
    day: int | None = None
    ask_note: str = ""
    #: Cents by debt (primary key), in the order in which they are repaid; they sum to the dues.
    parts: tuple[tuple[int, int], ...] = ()


def create_echeancier(
    *,
    caisse_id: int,
    allocataire_id: int,
    dues: Sequence[Due],
    now: datetime,
    terms: PlanTerms | None = None,
) -> Echeancier:
    """Write a plan, its dues and its parts in the caller's transaction and scope.

    Proposed by card unless ``terms`` says otherwise: it then binds nobody until the platform
    says that its first due is paid.
    """
    terms = terms or PlanTerms()
    echeancier = Echeancier.objects.create(
        caisse_id=caisse_id,
        allocataire_id=allocataire_id,
        total_cents=sum(due.amount_cents for due in dues),
        agreed_at=now,
        means=terms.means,
        status=terms.status,
        day=terms.day,
        ask_note=terms.ask_note,
    )
    PartEcheancier.objects.bulk_create(
        PartEcheancier(
            caisse_id=caisse_id,
            echeancier=echeancier,
            creance_id=creance_id,
            rank=rank,
            amount_cents=cents,
        )
        for rank, (creance_id, cents) in enumerate(terms.parts, start=1)
    )
    Echeance.objects.bulk_create(
        Echeance(
            caisse_id=caisse_id,
            echeancier=echeancier,
            rank=rank,
            due_on=due.due_on,
            amount_cents=due.amount_cents,
        )
        for rank, due in enumerate(dues, start=1)
    )
    return echeancier


def is_in_own_plan(creances: Collection[UUID]) -> bool:
    """Whether a plan that no card pays repays one of these debts, or waits for the fund's word."""
    running = {EcheancierStatus.ASKED, EcheancierStatus.ACTIVE}
    parts = PartEcheancier.objects.filter(
        creance__public_id__in=creances, echeancier__status__in=running
    )
    return parts.exists()


def dues_to_ask(*, echeancier_id: int, today: date) -> tuple[tuple[date, int], ...]:
    """Dates and cents of a plan as the platform is asked for them, first to last.

    A plan agreed just before midnight may leave just after: the platform takes no date that is
    past, so the first due is asked for today.
    """
    dues = Echeance.objects.filter(echeancier_id=echeancier_id).order_by("rank")
    return tuple((max(due.due_on, today), due.amount_cents) for due in dues)


def may_move(echeance: Echeance, to: EcheanceStatus) -> bool:
    """Whether the table allows this move of a due."""
    return to in ECHEANCE_MOVES[EcheanceStatus(echeance.status)]


def move_echeance(
    echeance: Echeance, to: EcheanceStatus, *, now: datetime, source_id: UUID | None = None
) -> None:
    """Move a due that the caller holds under lock; the only door.

    ``source_id`` is what settled it: the platform's transaction, or the payment made otherwise.
    The database refuses a move that the table does not have (``inv06_echeance_moves``), and the
    same source for two dues (``inv04_echeance_settled_once``).
    """
    echeance.status = to
    echeance.settled_at = now
    echeance.source_id = source_id
    echeance.save(update_fields=["status", "settled_at", "source_id"])


def move_echeancier(echeancier: Echeancier, to: EcheancierStatus) -> None:
    """Say where a plan stands, after a move of one of its dues; the caller holds its dues."""
    if echeancier.status != to:
        echeancier.status = to
        echeancier.save(update_fields=["status"])
