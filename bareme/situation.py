"""What the scale needs to know of a household, checked when it is made."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum, StrEnum

from bareme.errors import BaremeError
from bareme.scales import Territory

#: Beyond these, a figure is a typing mistake: a euro taken for a cent, a birth year for a number.
MOST_CENTS = 100_000_000
MOST_CHILDREN = 20


class Household(StrEnum):
    """Alone, or with a partner."""

    SINGLE = "single"
    COUPLE = "couple"


class Fraud(StrEnum):
    """D. 553-5: the retenue is raised by 50 %, by 100 % if it happened again within five years."""

    NONE = "none"
    FIRST = "first"
    REPEATED = "repeated"


class SituationRefused(BaremeError):
    """A figure of the situation cannot be: ``field`` names it and ``value`` is what was given."""

    reason = "is not possible"

    def __init__(self, field: str, value: object) -> None:
        """Name the field in the message."""
        self.field = field
        self.value = value
        super().__init__(f"{field} {self.reason}: {value!r}")


class NotWholeCents(SituationRefused):
    """An amount is not an integer number of cents."""

    reason = "is not a whole number of cents"


class NegativeAmount(SituationRefused):
    """An amount is below zero."""

    reason = "is below zero"


class AmountTooLarge(SituationRefused):
    """An amount is above a million euros a month."""

    reason = "is above a million euros a month"


class ChildrenOutOfRange(SituationRefused):
    """The number of dependent children is not a whole number from 0 to 20."""

    reason = f"is not a whole number from 0 to {MOST_CHILDREN}"


class NotADate(SituationRefused):
    """The day is not a plain date: an instant must be turned into a Paris date first."""

    reason = "is not a date (an instant has none before a time zone is chosen)"


class NotAChoice(SituationRefused):
    """A choice was not given as a member of its enumeration."""

    reason = "is not one of the choices"


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """A household on a Paris date; all amounts are cents a month (I of D. 553-1).

    ``resources_cents`` is *a*: what the debtor and partner earn, before tax allowances and less the
    maintenance they pay; None when unknown. ``benefits_cents`` is *b*: the fund's benefits of the
    month. ``housing_cents`` is *c*: the rent or loan proven; None when unknown, 0 when there is
    none. Without resources, the law deems the quotient: *b* and *c* then do not count.

    Making one raises a ``SituationRefused`` that names the field.
    """

    on: date
    household: Household
    children: int
    resources_cents: int | None
    benefits_cents: int
    housing_cents: int | None
    territory: Territory = Territory.METROPOLE_DOM
    fraud: Fraud = Fraud.NONE

    def __post_init__(self) -> None:
        """Refuse what cannot be, field by field."""
        if not isinstance(self.on, date) or isinstance(self.on, datetime):
            raise NotADate("on", self.on)
        check_choice("household", self.household, Household)
        check_choice("territory", self.territory, Territory)
        check_choice("fraud", self.fraud, Fraud)
        if type(self.children) is not int or not 0 <= self.children <= MOST_CHILDREN:
            raise ChildrenOutOfRange("children", self.children)
        check_amount("benefits_cents", self.benefits_cents)
        if self.resources_cents is not None:
            check_amount("resources_cents", self.resources_cents)
        if self.housing_cents is not None:
            check_amount("housing_cents", self.housing_cents)


def check_choice(field: str, value: object, choices: type[Enum]) -> None:
    """Raise ``NotAChoice`` unless the value is a member: a look-alike text would be misread."""
    if not isinstance(value, choices):
        raise NotAChoice(field, value)


def check_amount(field: str, value: int) -> None:
    """Raise unless the value is an integer number of cents from 0 to a million euros."""
    if type(value) is not int:
        raise NotWholeCents(field, value)
    if value < 0:
        raise NegativeAmount(field, value)
    if value > MOST_CENTS:
        raise AmountTooLarge(field, value)
