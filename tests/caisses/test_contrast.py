"""The contrast ratio, against the values that the WCAG and its checkers publish."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caisses.contrast import MINIMUM_FOR_TEXT, ContrastTooLow, contrast_ratio, refuse_unreadable

colours = st.from_regex(r"\A#[0-9a-f]{6}\Z")


@pytest.mark.parametrize(
    ("first", "second", "ratio"),
    [
        ("#000000", "#ffffff", 21.0),
        ("#ffffff", "#ffffff", 1.0),
        ("#777777", "#ffffff", 4.48),
        ("#767676", "#ffffff", 4.54),
        ("#0000ff", "#ffffff", 8.59),
        ("#ff0000", "#ffffff", 4.00),
        ("#008000", "#FFFFFF", 5.14),
    ],
)
def test_the_ratio_is_the_published_one(first: str, second: str, ratio: float) -> None:
    assert contrast_ratio(first, second) == pytest.approx(ratio, abs=0.005)


@given(colours, colours)
def test_the_ratio_has_no_order_and_stays_between_1_and_21(first: str, second: str) -> None:
    ratio = contrast_ratio(first, second)

    assert ratio == contrast_ratio(second, first)
    assert 1 <= ratio <= 21.000001


@given(colours)
def test_a_colour_is_refused_exactly_below_the_limit(colour: str) -> None:
    readable = contrast_ratio(colour, "#ffffff") >= MINIMUM_FOR_TEXT

    if readable:
        refuse_unreadable(colour)
    else:
        with pytest.raises(ContrastTooLow):
            refuse_unreadable(colour)


def test_the_first_grey_too_pale_is_refused_without_rounding() -> None:
    refuse_unreadable("#767676")

    with pytest.raises(ContrastTooLow) as refusal:
        refuse_unreadable("#777777")

    assert refusal.value.colour == "#777777"
    assert 4.47 < refusal.value.ratio < MINIMUM_FOR_TEXT


@pytest.mark.parametrize("colour", ["", "red", "#fff", "#12345g", "#1234567", "rgb(0,0,0)"])
def test_what_is_no_colour_is_refused(colour: str) -> None:
    with pytest.raises(ValueError, match="not a colour"):
        contrast_ratio(colour, "#ffffff")
