"""Bars are as long as their values, hang on their side, and stay in the frame."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rapprochement.pictures.drawing import BOTTOM, LEFT, RIGHT, TOP, Series, draw
from rapprochement.pictures.scale import round_step, short_euros

VALUES = st.one_of(st.none(), st.integers(-(10**12), 10**12))


def chart(*series: Series):
    labels = [str(rank) for rank in range(len(series[0].values))]
    return draw("k", "T", "W", series, labels=labels, told=str, tick=str)


@given(st.lists(st.tuples(VALUES, VALUES, VALUES), min_size=1, max_size=31))
def test_nothing_leaves_the_frame_and_each_value_has_its_bar(columns):
    first, second, third = (list(one) for one in zip(*columns, strict=True))

    drawn = chart(
        Series("a", "A", first), Series("b", "B", second), Series("c", "C", third, below=True)
    )

    for bar in drawn.bars:
        assert LEFT <= bar.x <= bar.x + bar.width <= RIGHT
        assert TOP - 3 <= bar.y <= bar.y + bar.height <= BOTTOM + 3
    values = [value for column in columns for value in column if value]
    assert [bar.value for bar in drawn.bars] == values
    assert len(drawn.unknown) == sum(column == (None, None, None) for column in columns)


def test_lengths_are_those_of_the_values_and_stacks_do_not_cover_each_other():
    drawn = chart(
        Series("a", "A", [300, 100]), Series("b", "B", [100, 0]), Series("c", "C", [200, 0], True)
    )

    long, upon, under, short = drawn.bars

    assert abs(long.height - 3 * short.height) <= 2
    assert long.y + long.height == drawn.zero == short.y + short.height == under.y
    assert upon.y + upon.height == long.y


def test_a_negative_value_goes_to_the_other_side():
    drawn = chart(Series("a", "A", [100, -50]))

    assert drawn.bars[1].y == drawn.zero
    assert next(mark.words for mark in drawn.across).startswith("-")


@pytest.mark.parametrize(
    ("largest", "step"), [(0, 1), (4, 1), (5, 2), (9, 5), (81, 50), (1_000_00, 500_00)]
)
def test_marks_are_round(largest, step):
    assert round_step(largest) == step


@pytest.mark.parametrize(
    ("cents", "words"),
    [
        (0, "0 €"),
        (50, "0,5 €"),
        (250_00, "250 €"),
        (1_500_00, "1,5 k€"),
        (-20_000_00, "−20 k€"),
        (2_500_000_00, "2,5 M€"),
    ],
)
def test_marks_are_short(cents, words):
    assert short_euros(cents) == words.replace(" ", "\u00a0")
