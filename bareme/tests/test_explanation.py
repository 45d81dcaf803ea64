"""The arithmetic that a page prints, line by line, and what the amount rests on."""

from datetime import date
from fractions import Fraction

import pytest

from bareme import (
    Assumption,
    Fraud,
    LineCode,
    Reading,
    Retenue,
    Territory,
    Unit,
    monthly_retenue,
    scale_of_year,
)
from bareme.tests.households import household


def told(retenue: Retenue) -> list[tuple[str, dict[str, Fraction], Fraction]]:
    return [
        (line.code.value, {n.name: n.value for n in line.numbers}, line.result)
        for line in retenue.lines
    ]


def computed(**changes: object) -> Retenue:
    return monthly_retenue(household(**changes), reading=Reading.AS_PRINTED)


def test_every_step_of_the_third_example_is_told():
    lines = told(computed(children=1, resources_cents=135_000))

    assert lines == [
        (
            "net-resources",
            {"resources": 135_000, "benefits": 0, "housing": 35_000},
            100_000,
        ),
        (
            "parts",
            {"adults": Fraction(3, 2), "children": 1, "per_child": Fraction(1, 2)},
            2,
        ),
        ("quotient", {"net_resources": 100_000, "parts": 2}, 50_000),
        ("flat", {"threshold": 30_100, "flat": 5_600}, 5_600),
        (
            "slice",
            {"quotient": 50_000, "start": 30_100, "end": 45_000, "taken": 14_900, "rate": 25},
            3_725,
        ),
        (
            "slice",
            {"quotient": 50_000, "start": 45_100, "end": 67_200, "taken": 4_900, "rate": 35},
            1_715,
        ),
        ("total", {"flat": 5_600, "slices": 5_440}, 11_040),
        ("rounded", {"exact": 11_040}, 11_040),
    ]


def test_the_continuous_reading_tells_other_ends():
    retenue = monthly_retenue(
        household(children=1, resources_cents=135_000), reading=Reading.CONTINUOUS
    )

    first, second = (line for line in retenue.lines if line.code is LineCode.SLICE)
    assert (first["end"], first["taken"], first.result) == (45_100, 15_000, 3_750)
    assert (second["end"], second["taken"]) == (67_300, 4_900)


def test_an_unknown_income_tells_the_deemed_quotient_and_nothing_of_the_rest():
    retenue = computed(resources_cents=None, housing_cents=None, fraud=Fraud.REPEATED)

    assert [line.code.value for line in retenue.lines] == [
        "quotient-deemed", "flat", "slice", "slice", "slice", "slice", "total", "fraud-uplift",
        "rounded",
    ]  # fmt: skip
    assert (retenue.net_resources, retenue.quotient) == (None, 134_500)
    assert [n.name for n in retenue.lines[5].numbers] == ["quotient", "start", "taken", "rate"]
    assert retenue.lines[7]["uplift"] == 53_945
    assert Assumption.HOUSING_UNKNOWN not in retenue.assumptions
    assert Assumption.INCOME_UNKNOWN in retenue.assumptions


def test_an_estimated_housing_cost_is_told_with_its_rate():
    retenue = computed(benefits_cents=20_000, housing_cents=None)

    first = retenue.lines[0]
    assert (first.code, first["rate"], first.result) == (LineCode.HOUSING_ESTIMATED, 25, 30_000)
    assert first.numbers[2].unit is Unit.PERCENT
    assert Assumption.HOUSING_UNKNOWN in retenue.assumptions


def test_a_quotient_brought_up_to_zero_is_told():
    retenue = computed(resources_cents=0)

    codes = [line.code.value for line in retenue.lines]
    assert codes == ["net-resources", "parts", "quotient-floored", "flat", "total", "rounded"]
    assert retenue.lines[2]["net_resources"] == -35_000


def test_a_slice_that_the_quotient_only_touches_is_not_told():
    # N 1.5, Q 301.
    retenue = computed(resources_cents=45_150, housing_cents=0)

    assert LineCode.SLICE not in [line.code for line in retenue.lines]


def test_a_number_that_a_line_does_not_have_is_an_error():
    with pytest.raises(KeyError):
        computed().lines[0]["quotient"]


def test_the_source_and_what_is_not_official_are_told():
    retenue = computed()

    assert retenue.scale == scale_of_year(2025)
    assert "magazine-economie.fr" in retenue.scale.source
    assert retenue.assumptions == (Assumption.AMOUNTS_FROM_PRESS,)
    assert retenue.reading is Reading.AS_PRINTED


def test_the_amounts_of_another_year_are_told():
    retenue = monthly_retenue(
        household(on=date(2026, 11, 22)), reading=Reading.AS_PRINTED, scale=scale_of_year(2025)
    )

    assert retenue.amount_cents == 89_08
    assert Assumption.SCALE_OF_ANOTHER_YEAR in retenue.assumptions


@pytest.mark.parametrize(("resources_cents", "is_told"), [(120_000, True), (118_800, False)])
def test_a_deduced_first_euro_is_told_only_where_it_counts(
    resources_cents: int, is_told: bool
) -> None:
    # 2020 gives no first euro for the slice above 792: Q 800, then Q 792.
    retenue = computed(on=date(2020, 6, 1), resources_cents=resources_cents, housing_cents=0)

    assert (Assumption.LAST_START_DEDUCED in retenue.assumptions) is is_told


def test_the_last_slice_of_mayotte_in_2018_is_a_deduced_one():
    retenue = computed(on=date(2018, 6, 1), territory=Territory.MAYOTTE, housing_cents=0)

    assert Assumption.LAST_START_DEDUCED in retenue.assumptions
