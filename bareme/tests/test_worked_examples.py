"""Amounts computed by hand from the text of D. 553-1, to the cent."""

from datetime import date
from fractions import Fraction

import pytest

from bareme import (
    Fraud,
    Household,
    Reading,
    Rounding,
    Situation,
    Territory,
    base_scale,
    monthly_retenue,
    to_cents,
)
from bareme.tests.households import household

PRINTED, CONTINUOUS = Reading.AS_PRINTED, Reading.CONTINUOUS


def cents(situation: Situation, reading: Reading) -> int:
    return monthly_retenue(situation, reading=reading).amount_cents


@pytest.mark.parametrize(
    ("situation", "as_printed", "continuous"),
    [
        # R 650, N 1.5, Q 433.33: 56 + 25 % of 132.33.
        (household(), 89_08, 89_08),
        # R 1,200, N 3, Q 400: 56 + 25 % of 99.
        (
            household(
                household=Household.COUPLE,
                children=2,
                resources_cents=150_000,
                housing_cents=30_000,
            ),
            80_75,
            80_75,
        ),
        # R 1,000, N 2, Q 500: 56 + 25 % of 149 or 150 + 35 % of 49.
        (household(children=1, resources_cents=135_000), 110_40, 110_65),
        # Income unknown, Q 1,345: 56 + 37.25 + 77.35 + 101.25 + 60 % of 446.
        (household(resources_cents=None), 539_45, 540_50),
        # Benefits count as resources do: R 1,400, N 2, Q 700: 56 + 37.25 + 77.35 + 45 % of 27.
        (
            household(household=Household.COUPLE, benefits_cents=70_000, housing_cents=30_000),
            182_75,
            183_35,
        ),
        # The last euro of a slice, the gap and the first euro of the next: N 2, Q 450, 450.60, 451.
        (household(children=1, resources_cents=90_000, housing_cents=0), 93_25, 93_25),
        (household(children=1, resources_cents=90_120, housing_cents=0), 93_25, 93_40),
        (household(children=1, resources_cents=90_200, housing_cents=0), 93_25, 93_50),
        # Below the first slice, on it, and nothing at all: the flat amount.
        (household(resources_cents=45_000, housing_cents=0), 56_00, 56_00),
        (household(resources_cents=45_150, housing_cents=0), 56_00, 56_00),
        (household(resources_cents=0, housing_cents=0), 56_00, 56_00),
        # Mayotte 2015, Q 200: 10 + 25 % of 50 or 51 + 35 % of 47.
        (
            household(
                on=date(2015, 1, 1),
                territory=Territory.MAYOTTE,
                resources_cents=30_000,
                housing_cents=0,
            ),
            38_95,
            39_20,
        ),
        # Mayotte 2018, Q 200: 10 + 25 % of 50 or 51 + 35 % of 46.
        (
            household(
                on=date(2018, 12, 31),
                territory=Territory.MAYOTTE,
                resources_cents=30_000,
                housing_cents=0,
            ),
            38_60,
            38_85,
        ),
        # 2019, income unknown, Q 1,167: 48 + 32 + 67.55 + 87.75 + 60 % of 386.
        (household(on=date(2019, 1, 1), resources_cents=None), 466_90, 467_95),
    ],
)
def test_the_amount_is_the_one_computed_by_hand(
    situation: Situation, as_printed: int, continuous: int
) -> None:
    assert cents(situation, PRINTED) == as_printed
    assert cents(situation, CONTINUOUS) == continuous


def test_a_housing_cost_nobody_proved_is_a_quarter_of_the_rest():
    # a + b 1,200, c 300, R 900, N 2, Q 450.
    situation = household(
        children=1, resources_cents=100_000, benefits_cents=20_000, housing_cents=None
    )

    retenue = monthly_retenue(situation, reading=PRINTED)

    assert (retenue.net_resources, retenue.parts, retenue.quotient) == (90_000, 2, 45_000)
    assert retenue.amount_cents == 93_25


def test_a_rent_above_the_resources_leaves_the_flat_amount():
    retenue = monthly_retenue(household(resources_cents=20_000), reading=PRINTED)

    assert (retenue.net_resources, retenue.quotient, retenue.amount_cents) == (-15_000, 0, 56_00)


@pytest.mark.parametrize(
    ("fraud", "expected"), [(Fraud.NONE, 80_75), (Fraud.FIRST, 121_13), (Fraud.REPEATED, 161_50)]
)
def test_fraud_adds_half_and_as_much_again_when_repeated(fraud: Fraud, expected: int) -> None:
    # Q 400: 80.75, then 121.125 rounded up, then 161.50.
    situation = household(resources_cents=60_000, housing_cents=0, fraud=fraud)

    assert cents(situation, PRINTED) == expected


def test_the_rounding_is_the_one_asked_for():
    situation = household(resources_cents=60_000, housing_cents=0, fraud=Fraud.FIRST)

    retenue = monthly_retenue(situation, reading=PRINTED, rounding=Rounding.DOWN_TO_CENT)

    assert (retenue.amount_cents, retenue.rounding) == (121_12, Rounding.DOWN_TO_CENT)


def test_rounding_happens_once_at_the_end():
    # Q 433.333…: 25 % of 132.333… is 33.08333…; + 50 % gives 133.625, a half that goes up.
    assert cents(household(fraud=Fraud.FIRST), PRINTED) == 133_63


@pytest.mark.parametrize(
    ("value", "half_up", "down"),
    [
        (Fraction(1, 2), 1, 0),
        (Fraction(49, 100), 0, 0),
        (Fraction(3, 2), 2, 1),
        (Fraction(-1, 2), 0, -1),
        (Fraction(7), 7, 7),
    ],
)
def test_half_a_cent_goes_up(value: Fraction, half_up: int, down: int) -> None:
    assert to_cents(value) == half_up
    assert to_cents(value, Rounding.DOWN_TO_CENT) == down


def test_the_codes_own_amounts_can_be_chosen_on_purpose():
    # Q 1,096: 45 + 25 % of 114 + 35 % of 170 + 45 % of 173 + 60 % of 405.
    retenue = monthly_retenue(household(resources_cents=None), reading=PRINTED, scale=base_scale())

    assert retenue.amount_cents == 453_85
