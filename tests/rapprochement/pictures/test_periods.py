"""Bars follow each other without a gap, and the last one ends today."""

from datetime import date, timedelta
from itertools import pairwise

import pytest

from rapprochement.pictures.periods import Span, Step, spans


@pytest.mark.parametrize(("step", "count"), [("jour", 30), ("semaine", 13), ("mois", 12)])
@pytest.mark.parametrize(
    "today", [date(2026, 12, 31), date(2027, 1, 1), date(2028, 2, 29), date(2026, 3, 29)]
)
def test_spans_follow_each_other(step, count, today):
    found = spans(Step(step), today=today)

    assert len(found) == count
    assert found[-1].last_on == today
    for before, after in pairwise(found):
        assert after.first_on == before.last_on + timedelta(days=1)


def test_a_week_begins_on_monday_and_a_month_on_its_first_day():
    week, month = (spans(step, today=date(2027, 1, 1)) for step in (Step.SEMAINE, Step.MOIS))

    assert week[-1] == Span(date(2026, 12, 28), date(2027, 1, 1))
    assert week[-2] == Span(date(2026, 12, 21), date(2026, 12, 27))
    assert month[0] == Span(date(2026, 2, 1), date(2026, 2, 28))
    assert month[-2] == Span(date(2026, 12, 1), date(2026, 12, 31))
