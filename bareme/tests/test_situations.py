"""Figures that cannot be are refused one by one, with their name."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from bareme import (
    AmountTooLarge,
    BaremeError,
    ChildrenOutOfRange,
    Fraud,
    Household,
    NegativeAmount,
    NotAChoice,
    NotADate,
    NotWholeCents,
    Reading,
    Situation,
    SituationRefused,
    is_worth_changing,
    monthly_retenue,
)
from bareme.tests.households import household

AMOUNTS = ("resources_cents", "benefits_cents", "housing_cents")


@pytest.mark.parametrize("field", AMOUNTS)
@pytest.mark.parametrize(
    ("value", "refusal"),
    [
        (-1, NegativeAmount),
        (100_000_001, AmountTooLarge),
        (10.5, NotWholeCents),
        (True, NotWholeCents),
        ("100", NotWholeCents),
    ],
)
def test_what_is_not_an_amount_is_refused(
    field: str, value: Any, refusal: type[SituationRefused]
) -> None:
    with pytest.raises(refusal, match=field) as refused:
        household(**{field: value})

    assert (refused.value.field, refused.value.value) == (field, value)


def test_benefits_are_a_figure_that_must_be_known():
    with pytest.raises(NotWholeCents, match="benefits_cents"):
        household(benefits_cents=None)


@pytest.mark.parametrize("field", AMOUNTS)
def test_the_largest_amount_is_accepted(field: str) -> None:
    assert getattr(household(**{field: 100_000_000}), field) == 100_000_000


@pytest.mark.parametrize("children", [-1, 21, 1987, 1.0, True, None, "2"])
def test_an_absurd_number_of_children_is_refused(children: Any) -> None:
    with pytest.raises(ChildrenOutOfRange, match="children"):
        household(children=children)


@pytest.mark.parametrize("on", [datetime(2025, 6, 1, 23, 30, tzinfo=UTC), "2025-06-01", 2025, None])
def test_an_instant_is_not_a_date(on: Any) -> None:
    with pytest.raises(NotADate, match="on"):
        household(on=on)


@pytest.mark.parametrize(
    "change", [{"household": "single"}, {"territory": "mayotte"}, {"fraud": "first"}]
)
def test_a_text_is_not_a_choice(change: dict[str, str]) -> None:
    (field,) = change

    with pytest.raises(NotAChoice, match=field):
        household(**change)


@pytest.mark.parametrize("argument", ["reading", "rounding"])
def test_a_text_is_neither_a_reading_nor_a_rounding(argument: str) -> None:
    arguments: dict[str, Any] = {"reading": Reading.AS_PRINTED, argument: "as-printed"}

    with pytest.raises(NotAChoice, match=argument):
        monthly_retenue(household(), **arguments)


def test_a_situation_does_not_change_once_made():
    situation = household()

    with pytest.raises(AttributeError):
        situation.children = 3  # type: ignore[misc] # what the test forbids


def test_twenty_children_are_accepted():
    crowd = Situation(
        on=date(2025, 1, 1),
        household=Household.COUPLE,
        children=20,
        resources_cents=1_000_000,
        benefits_cents=0,
        housing_cents=0,
        fraud=Fraud.NONE,
    )

    # N 12, Q 833.33: 56 + 37.25 + 77.35 + 45 % of 160.33.
    assert monthly_retenue(crowd, reading=Reading.AS_PRINTED).amount_cents == 242_75


@pytest.mark.parametrize(
    ("old", "new", "worth"),
    [
        (100_00, 120_00, True),
        (100_00, 119_99, False),
        (100_00, 80_00, True),
        (100_00, 80_01, False),
        (100_00, 100_00, False),
        (0, 0, False),
        (0, 1, True),
        (1, 0, True),
        # 20 % of 89.08 is 17.816.
        (89_08, 106_89, False),
        (89_08, 106_90, True),
    ],
)
def test_the_retenue_follows_when_it_moves_by_a_fifth(old: int, new: int, worth: bool) -> None:
    assert is_worth_changing(old, new) is worth


@pytest.mark.parametrize(("old", "new"), [(-1, 100), (100, -1), (1.5, 2), (100, None)])
def test_a_retenue_is_an_amount(old: Any, new: Any) -> None:
    with pytest.raises(BaremeError, match="_cents"):
        is_worth_changing(old, new)
