"""The monthly retenue: the flat amount, a rate for each slice of Q, the uplift, the rounding."""

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from bareme.errors import BaremeError
from bareme.lines import Line, LineCode, Number, Rounding, Unit, to_cents
from bareme.quotient import Quotient, parts_of, quotient_of
from bareme.scales import Scale, SourceKind, scale_on
from bareme.situation import Fraud, Situation, check_choice

#: D. 553-5: how much of the retenue is added.
UPLIFT_PERCENT = {Fraud.FIRST: 50, Fraud.REPEATED: 100}


class Reading(StrEnum):
    """The text prints 301-450 then 451-672: what of the euro between 450 and 451?"""

    #: Slices end where they are printed to end: nothing is withheld on that euro.
    AS_PRINTED = "as-printed"
    #: A slice goes on until the next one starts.
    CONTINUOUS = "continuous"


class Assumption(StrEnum):
    """What the amount rests on besides the household's own figures; to be said beside it."""

    #: No income is known: the law deems the quotient.
    INCOME_UNKNOWN = "income-unknown"
    #: No housing cost is proven: the law takes 25 % of resources and benefits.
    HOUSING_UNKNOWN = "housing-unknown"
    #: The amounts were read in the press, not in the arrêté.
    AMOUNTS_FROM_PRESS = "amounts-from-press"
    #: Q reaches the last slice, whose first euro was deduced from the end of the one before.
    LAST_START_DEDUCED = "last-start-deduced"
    #: The caller chose the amounts of another year than the situation's.
    SCALE_OF_ANOTHER_YEAR = "scale-of-another-year"


class ScaleOfAnotherTerritory(BaremeError):
    """The amounts given are those of Mayotte for a household elsewhere, or the reverse."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Retenue:
    """The result: whole cents a month, and everything it takes to say why.

    ``net_resources`` (R, None when the income is unknown) and ``quotient`` (Q) are exact cents;
    ``parts`` is N. ``lines`` are in the order of the computation, the last one being the amount.
    """

    amount_cents: int
    net_resources: Fraction | None
    parts: Fraction
    quotient: Fraction
    lines: tuple[Line, ...]
    assumptions: tuple[Assumption, ...]
    scale: Scale
    reading: Reading
    rounding: Rounding


def monthly_retenue(
    situation: Situation,
    *,
    reading: Reading,
    rounding: Rounding = Rounding.HALF_UP_TO_CENT,
    scale: Scale | None = None,
) -> Retenue:
    """What D. 553-1 has withheld each month, at least the flat amount, with its arithmetic.

    ``scale`` replaces the amounts of the situation's year, for a caller that chose another year on
    purpose; the result then says so. Raises ``ScaleUnknown`` when the year has no amounts,
    ``ScaleOfAnotherTerritory``, ``DeemedQuotientUnknown`` when neither the income nor the deemed
    quotient is known, ``NotAChoice`` for a reading or rounding that is none.
    """
    check_choice("reading", reading, Reading)
    check_choice("rounding", rounding, Rounding)
    scale = _scale_for(situation, scale)
    quotient = quotient_of(situation, scale)
    withheld = _withheld(quotient.value, scale, reading)
    uplifted = _uplifted(withheld[-1].result, situation.fraud)
    exact = (*withheld, *uplifted)[-1].result
    cents = to_cents(exact, rounding)
    rounded = Line(LineCode.ROUNDED, (Number("exact", exact),), Fraction(cents))
    return Retenue(
        amount_cents=cents,
        net_resources=quotient.net_resources,
        parts=parts_of(situation),
        quotient=quotient.value,
        lines=(*quotient.lines, *withheld, *uplifted, rounded),
        assumptions=_assumptions(situation, scale, quotient),
        scale=scale,
        reading=reading,
        rounding=rounding,
    )


def _scale_for(situation: Situation, given: Scale | None) -> Scale:
    if given is None:
        return scale_on(situation.on, territory=situation.territory)
    if given.territory is not situation.territory:
        raise ScaleOfAnotherTerritory(f"{given.territory} amounts, {situation.territory} household")
    return given


def _withheld(quotient: Fraction, scale: Scale, reading: Reading) -> tuple[Line, ...]:
    """The flat amount, a line for each slice that Q reaches, and their total."""
    flat = Fraction(scale.flat_cents)
    threshold = Number("threshold", Fraction(scale.slices[0].start_cents))
    slices = _slices(quotient, scale, reading)
    added = sum((line.result for line in slices), Fraction(0))
    return (
        Line(LineCode.FLAT, (threshold, Number("flat", flat)), flat),
        *slices,
        Line(LineCode.TOTAL, (Number("flat", flat), Number("slices", added)), flat + added),
    )


def _slices(quotient: Fraction, scale: Scale, reading: Reading) -> list[Line]:
    lines = []
    for part, end in zip(scale.slices, _ends(scale, reading), strict=True):
        upper = quotient if end is None else min(quotient, Fraction(end))
        taken = upper - part.start_cents
        if taken <= 0:
            break
        rate = Fraction(part.percent)
        numbers = (
            Number("quotient", quotient),
            Number("start", Fraction(part.start_cents)),
            *(() if end is None else (Number("end", Fraction(end)),)),
            Number("taken", taken),
            Number("rate", rate, Unit.PERCENT),
        )
        lines.append(Line(LineCode.SLICE, numbers, taken * rate / 100))
    return lines


def _ends(scale: Scale, reading: Reading) -> list[int | None]:
    """Where each slice stops, in cents: its printed end, or the start of the next one."""
    if reading is Reading.AS_PRINTED:
        return [part.last_cents for part in scale.slices]
    return [*(part.start_cents for part in scale.slices[1:]), None]


def _uplifted(total: Fraction, fraud: Fraud) -> tuple[Line, ...]:
    if fraud is Fraud.NONE:
        return ()
    rate = Fraction(UPLIFT_PERCENT[fraud])
    uplift = total * rate / 100
    numbers = (Number("total", total), Number("rate", rate, Unit.PERCENT), Number("uplift", uplift))
    return (Line(LineCode.FRAUD_UPLIFT, numbers, total + uplift),)


def _assumptions(situation: Situation, scale: Scale, quotient: Quotient) -> tuple[Assumption, ...]:
    income_unknown = situation.resources_cents is None
    in_last_slice = quotient.value > (scale.slices[-2].last_cents or 0)
    told = {
        Assumption.INCOME_UNKNOWN: income_unknown,
        Assumption.HOUSING_UNKNOWN: situation.housing_cents is None and not income_unknown,
        Assumption.AMOUNTS_FROM_PRESS: scale.source_kind is SourceKind.PRESS,
        Assumption.LAST_START_DEDUCED: scale.last_start_deduced and in_last_slice,
        Assumption.SCALE_OF_ANOTHER_YEAR: scale.year != situation.on.year,
    }
    return tuple(assumption for assumption, made in told.items() if made)
