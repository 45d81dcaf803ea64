"""The dates and amounts of a plan, whatever is asked."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allocataires.services.echeanciers import (
    BREATH,
    LONGEST,
    PlanImpossible,
    most_dues,
    plan_dues,
)

DAYS = st.dates(date(2024, 1, 1), date(2040, 12, 31))
COUNTS = st.integers(2, 12)


@st.composite
def plans(draw):
    count = draw(COUNTS)
    return {
        "total_cents": draw(st.integers(count * 100, 50_000_00)),
        "count": count,
        "day": draw(st.integers(1, 31)),
        "today": draw(DAYS),
    }


@given(plans())
def test_the_dues_sum_to_the_cent_and_only_the_last_differs(asked):
    amounts = [due.amount_cents for due in plan_dues(**asked)]

    assert len(amounts) == asked["count"]
    assert sum(amounts) == asked["total_cents"]
    assert len(set(amounts[:-1])) == 1
    assert 0 <= amounts[-1] - amounts[0] < asked["count"]
    assert min(amounts) >= 100


@given(plans())
def test_the_first_is_today_and_the_others_one_a_month_within_a_year(asked):
    days = [due.due_on for due in plan_dues(**asked)]

    assert days[0] == asked["today"]
    assert days[1] >= asked["today"] + BREATH
    assert days[-1] <= asked["today"] + LONGEST
    assert all(before < after for before, after in pairwise(days))
    months = [day.year * 12 + day.month for day in days[1:]]
    assert months == list(range(months[0], months[0] + len(months)))


@given(plans())
def test_the_day_is_the_chosen_one_or_the_last_of_a_short_month(asked):
    for due in plan_dues(**asked)[1:]:
        last_of_month = (due.due_on + timedelta(days=1)).day == 1
        assert due.due_on.day == asked["day"] or (last_of_month and due.due_on.day < asked["day"])


def test_an_example_that_can_be_checked_by_hand():
    dues = plan_dues(total_cents=100_00, count=3, day=5, today=date(2026, 11, 20))

    assert [(due.due_on.isoformat(), due.amount_cents) for due in dues] == [
        ("2026-11-20", 33_33),
        ("2026-12-05", 33_33),
        ("2027-01-05", 33_34),
    ]


def test_the_thirty_first_becomes_the_last_day_of_february():
    dues = plan_dues(total_cents=300_00, count=3, day=31, today=date(2026, 12, 20))

    assert [due.due_on.isoformat() for due in dues[1:]] == ["2027-01-31", "2027-02-28"]


@pytest.mark.parametrize(
    ("total_cents", "count", "day"),
    [(100_00, 1, 5), (100_00, 13, 5), (100_00, 3, 0), (100_00, 3, 32), (2_99, 3, 5)],
)
def test_what_no_plan_can_be_made_of_is_refused_with_a_sentence(total_cents, count, day):
    with pytest.raises(PlanImpossible, match=r"\w+ .*\."):
        plan_dues(total_cents=total_cents, count=count, day=day, today=date(2026, 11, 20))


@pytest.mark.parametrize(("cents", "most"), [(199, 1), (200, 2), (550, 5), (99_999_00, 12)])
def test_how_many_dues_a_total_allows(cents, most):
    assert most_dues(cents) == most
