"""From a household to its quotient: R = a + b - c, N parts, Q = R / N (I of D. 553-1)."""

from dataclasses import dataclass
from fractions import Fraction

from bareme.lines import Line, LineCode, Number, Unit
from bareme.scales import DeemedQuotientUnknown, Scale
from bareme.situation import Household, Situation

#: A housing cost that nobody proved is taken as this part of resources and benefits.
HOUSING_PERCENT = 25
ADULTS = {Household.SINGLE: Fraction(3, 2), Household.COUPLE: Fraction(2)}
PER_CHILD = Fraction(1, 2)


@dataclass(frozen=True, slots=True)
class Quotient:
    """Q in cents, the R it comes from (None if deemed), and the lines that led there."""

    value: Fraction
    net_resources: Fraction | None
    lines: tuple[Line, ...]


def parts_of(situation: Situation) -> Fraction:
    """N: 1.5 alone, 2 for a couple, and 0.5 for each dependent child."""
    return ADULTS[situation.household] + PER_CHILD * situation.children


def quotient_of(situation: Situation, scale: Scale) -> Quotient:
    """Q, never below zero. Raises ``DeemedQuotientUnknown`` if the income and the deemed Q are."""
    if situation.resources_cents is None:
        return _deemed(scale)
    resources = Fraction(situation.resources_cents)
    benefits = Fraction(situation.benefits_cents)
    lines = []
    if situation.housing_cents is None:
        lines.append(_estimated_housing(resources, benefits))
        housing = lines[0].result
    else:
        housing = Fraction(situation.housing_cents)
    net, parts = resources + benefits - housing, parts_of(situation)
    entering = (Number("resources", resources), Number("benefits", benefits))
    lines.append(Line(LineCode.NET_RESOURCES, (*entering, Number("housing", housing)), net))
    lines += [_parts(situation), _divided(net, parts)]
    return Quotient(lines[-1].result, net, tuple(lines))


def _deemed(scale: Scale) -> Quotient:
    if scale.deemed_quotient_cents is None:
        raise DeemedQuotientUnknown(scale)
    value = Fraction(scale.deemed_quotient_cents)
    line = Line(LineCode.QUOTIENT_DEEMED, (Number("deemed", value),), value)
    return Quotient(value, None, (line,))


def _estimated_housing(resources: Fraction, benefits: Fraction) -> Line:
    rate = Fraction(HOUSING_PERCENT)
    return Line(
        LineCode.HOUSING_ESTIMATED,
        (
            Number("resources", resources),
            Number("benefits", benefits),
            Number("rate", rate, Unit.PERCENT),
        ),
        (resources + benefits) * rate / 100,
    )


def _parts(situation: Situation) -> Line:
    return Line(
        LineCode.PARTS,
        (
            Number("adults", ADULTS[situation.household], Unit.COUNT),
            Number("children", Fraction(situation.children), Unit.COUNT),
            Number("per_child", PER_CHILD, Unit.COUNT),
        ),
        parts_of(situation),
        Unit.COUNT,
    )


def _divided(net: Fraction, parts: Fraction) -> Line:
    numbers = (Number("net_resources", net), Number("parts", parts, Unit.COUNT))
    if net < 0:
        return Line(LineCode.QUOTIENT_FLOORED, numbers, Fraction(0))
    return Line(LineCode.QUOTIENT, numbers, net / parts)
