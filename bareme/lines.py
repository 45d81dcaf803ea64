"""The arithmetic as lines that a page can print in its own words; numbers here are exact."""

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction


class Unit(StrEnum):
    """What a number counts."""

    CENTS = "cents"
    PERCENT = "percent"
    COUNT = "count"


class LineCode(StrEnum):
    """One step of D. 553-1. After each code: the names of its numbers, then what the result is."""

    #: resources, benefits, rate (percent): the housing cost, estimated because none is proven
    HOUSING_ESTIMATED = "housing-estimated"
    #: resources, benefits, housing: R = a + b - c, below zero if the rent is above the rest
    NET_RESOURCES = "net-resources"
    #: adults (1.5 or 2), children, per_child (0.5): N, a count
    PARTS = "parts"
    #: net_resources, parts: Q = R / N
    QUOTIENT = "quotient"
    #: net_resources, parts: Q = 0, because R is below zero
    QUOTIENT_FLOORED = "quotient-floored"
    #: deemed: Q, given by the scale because the income is unknown
    QUOTIENT_DEEMED = "quotient-deemed"
    #: threshold, flat: the flat amount, for the part of Q below the threshold
    FLAT = "flat"
    #: quotient, start, end (absent from the last slice), taken, rate (percent): taken x rate
    SLICE = "slice"
    #: flat, slices (their sum): the retenue before uplift and rounding
    TOTAL = "total"
    #: total, rate (percent), uplift: the retenue after the fraud uplift (D. 553-5)
    FRAUD_UPLIFT = "fraud-uplift"
    #: exact: the retenue of the month, in whole cents
    ROUNDED = "rounded"


class Rounding(StrEnum):
    """How the last step reaches a whole cent; the text of D. 553-1 does not say."""

    HALF_UP_TO_CENT = "half-up-to-cent"
    DOWN_TO_CENT = "down-to-cent"


@dataclass(frozen=True, slots=True)
class Number:
    """A named number that enters a line."""

    name: str
    value: Fraction
    unit: Unit = Unit.CENTS


@dataclass(frozen=True, slots=True)
class Line:
    """One step: its code, the numbers that enter it, its result and the unit of that result.

    Results are exact: shown to the cent, lines may seem to differ by one from their sum.
    """

    code: LineCode
    numbers: tuple[Number, ...]
    result: Fraction
    unit: Unit = Unit.CENTS

    def __getitem__(self, name: str) -> Fraction:
        """The value of a number by its name; raises ``KeyError``."""
        for number in self.numbers:
            if number.name == name:
                return number.value
        raise KeyError(name)


def to_cents(value: Fraction, rounding: Rounding = Rounding.HALF_UP_TO_CENT) -> int:
    """A whole number of cents; a half goes up (towards more), also below zero."""
    if rounding is Rounding.DOWN_TO_CENT:
        return value.numerator // value.denominator
    return (2 * value.numerator + value.denominator) // (2 * value.denominator)
