"""The dates and amounts of a plan by month, three ways to spread it, and dates put off (pure)."""

from calendar import monthrange
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from django.utils.translation import gettext as _

from allocataires.services.echeanciers import (
    FEWEST,
    SMALLEST_CENTS,
    Due,
    PlanImpossible,
    monthly_dates,
    on_day,
)
from caf_portal.money import format_euros

#: Months that a person may choose alone (R.133-9-2 CSS), and with the fund's agreement.
MOST_ALONE, MOST_AGREED = 12, 24
#: Benefits are paid on the 5th: by default, a due is the day after.
USUAL_DAY = 6
#: No due sooner than this after the agreement or a change.
NOTICE = timedelta(days=5)


class Spread(StrEnum):
    """Why a way of spreading is proposed."""

    SHORTER = "shorter"
    ADVISED = "advised"
    GENTLEST = "gentlest"
    GENTLEST_AGREED = "gentlest-agreed"


@dataclass(frozen=True, slots=True)
class Proposal:
    """One way to spread a total: ``monthly_cents`` but for the last month."""

    spread: Spread
    monthly_cents: int
    dues: tuple[Due, ...]

    @property
    def months(self) -> int:
        """How many months."""
        return len(self.dues)

    @property
    def last_on(self) -> date:
        """The last date."""
        return self.dues[-1].due_on

    @property
    def needs_agreement(self) -> bool:
        """Whether the fund must agree."""
        return self.months > MOST_ALONE


def monthly_dues(*, total_cents: int, monthly_cents: int, day: int, today: date) -> tuple[Due, ...]:
    """``monthly_cents`` a month on ``day``, the rest on the last date; they sum to the total.

    The first date is the next such day after ``NOTICE``. Each due is at least 1 €: a smaller rest
    goes with the due before it. Raises ``PlanImpossible`` for less than two months, more than
    ``MOST_AGREED``, or an amount below 1 €.
    """
    if not 1 <= day <= 31:
        raise PlanImpossible(_("Choisissez un jour du mois, de 1 à 31."))
    if monthly_cents < SMALLEST_CENTS:
        raise PlanImpossible(_("Chaque mois doit être d’au moins 1 €."))
    count, rest = divmod(total_cents, monthly_cents)
    amounts = [monthly_cents] * count
    if rest >= SMALLEST_CENTS:
        amounts.append(rest)
    elif rest and amounts:
        amounts[-1] += rest
    if len(amounts) < FEWEST:
        raise PlanImpossible(
            _("Avec %(amount)s par mois, tout serait payé en une fois : payez plutôt directement.")
            % {"amount": format_euros(monthly_cents)}
        )
    if len(amounts) > MOST_AGREED:
        raise PlanImpossible(
            _("C’est trop peu : il faut au moins %(least)s par mois pour finir en %(most)s mois.")
            % {"least": format_euros(monthly_for(total_cents, MOST_AGREED)), "most": MOST_AGREED}
        )
    days = monthly_dates(after=today + NOTICE, day=day, count=len(amounts))
    return tuple(Due(*pair) for pair in zip(days, amounts, strict=True))


def monthly_for(total_cents: int, months: int) -> int:
    """The amount a month that repays a total in that many months, rounded up to the cent."""
    return -(-total_cents // months)


def proposals(
    *, total_cents: int, scale_cents: int | None, day: int, today: date
) -> tuple[Proposal, ...]:
    """Shorter, advised by the scale when it is known, gentlest alone, gentlest with agreement.

    Ways that a small total makes the same are shown once; none when it cannot be spread at all.
    """
    advised = _advised(total_cents, scale_cents)
    shorter_months = max(FEWEST, min(_months(total_cents, advised) or MOST_ALONE, MOST_ALONE) // 2)
    wanted: list[tuple[Spread, int | None]] = [
        (Spread.ADVISED, advised),
        (Spread.GENTLEST, monthly_for(total_cents, MOST_ALONE)),
        (Spread.GENTLEST_AGREED, monthly_for(total_cents, MOST_AGREED)),
        (Spread.SHORTER, monthly_for(total_cents, shorter_months)),
    ]
    kept: dict[int, Proposal] = {}
    for spread, monthly_cents in wanted:
        if monthly_cents is None:
            continue
        try:
            dues = monthly_dues(
                total_cents=total_cents,
                monthly_cents=max(monthly_cents, SMALLEST_CENTS),
                day=day,
                today=today,
            )
        except PlanImpossible:
            continue
        kept.setdefault(len(dues), Proposal(spread, dues[0].amount_cents, dues))
    return tuple(kept[months] for months in sorted(kept))


def _advised(total_cents: int, scale_cents: int | None) -> int | None:
    """What the scale asks a month, or ``None`` when no plan may follow it."""
    if scale_cents is None or not FEWEST <= _months(total_cents, scale_cents) <= MOST_AGREED:
        return None
    return scale_cents


def _months(total_cents: int, monthly_cents: int | None) -> int:
    return -(-total_cents // monthly_cents) if monthly_cents else 0


@dataclass(frozen=True, slots=True)
class Shift:
    """One due that changes its date: its rank, and both days."""

    rank: int
    from_on: date
    to_on: date


@dataclass(frozen=True, slots=True)
class Calendar:
    """The dates of a plan: those of its dues to come, those that other dues took, its usual day."""

    to_come: tuple[tuple[int, date], ...]
    taken: Collection[date]
    day: int | None

    def later_by_a_month(self) -> tuple[Shift, ...]:
        """Every due to come a month later, the last one first: no two are ever on one day."""
        shifts: list[Shift] = []
        used = set(self.taken)
        for rank, on in sorted(self.to_come, key=lambda due: due[1]):
            to_on = _free(self._next_month(on), used)
            used.add(to_on)
            shifts.append(Shift(rank, on, to_on))
        return tuple(reversed(shifts))

    def skipped(self) -> tuple[Shift, ...]:
        """The next due goes the month after the last one. Raises ``PlanImpossible``."""
        if not self.to_come:
            raise PlanImpossible(_("Il ne reste aucune échéance à sauter."))
        rank, from_on = min(self.to_come, key=lambda due: due[1])
        latest = max(on for _rank, on in self.to_come)
        return (Shift(rank, from_on, _free(self._next_month(latest), self.taken)),)

    def moved(self, *, rank: int, to_on: date, today: date) -> tuple[Shift, ...]:
        """One due on another day, between the due before and the due after.

        After ``today``, and a month later at most. Raises ``PlanImpossible`` with the sentence
        that says why.
        """
        from_on = dict(self.to_come).get(rank)
        if from_on is None:
            raise PlanImpossible(_("Cette échéance ne peut plus être déplacée."))
        if to_on == from_on:
            raise PlanImpossible(_("C’est déjà la date prévue : choisissez-en une autre."))
        earliest = max([today, *(on for _rank, on in self.to_come if on < from_on)])
        after = [on for _rank, on in self.to_come if on > from_on]
        latest = min([*after, self._next_month(from_on) + timedelta(days=1)])
        if not earliest < to_on < latest:
            raise PlanImpossible(
                _("Choisissez une date après le %(earliest)s et avant le %(latest)s.")
                % {"earliest": f"{earliest:%d/%m/%Y}", "latest": f"{latest:%d/%m/%Y}"}
            )
        if to_on in self.taken:
            raise PlanImpossible(_("Une autre échéance est déjà prévue ce jour-là."))
        return (Shift(rank, from_on, to_on),)

    def last_after(self, shifts: Sequence[Shift]) -> date | None:
        """The last date once the shifts are made; ``None`` when nothing is to come."""
        dates = {**dict(self.to_come), **{shift.rank: shift.to_on for shift in shifts}}
        return max(dates.values(), default=None)

    def _next_month(self, on: date) -> date:
        """A month later, on the usual day when that is what it was, else on its own."""
        usual = self.day or on.day
        is_usual = on.day == min(usual, monthrange(on.year, on.month)[1])
        year, month = on.year + on.month // 12, on.month % 12 + 1
        return on_day(year, month, usual if is_usual else on.day)


def latest_end(agreed_on: date) -> date:
    """The day after which no change may put the last due: ``MOST_AGREED`` months in all."""
    years, month = divmod(agreed_on.month - 1 + MOST_AGREED, 12)
    return on_day(agreed_on.year + years, month + 1, agreed_on.day) + NOTICE


def _free(on: date, taken: Collection[date]) -> date:
    """That day, or the first one after it that no other due has."""
    while on in taken:
        on += timedelta(days=1)
    return on
