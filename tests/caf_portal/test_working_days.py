"""Legal deadlines end on the day that the law says, in each département."""

import csv
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caf_portal.paris import paris_date
from caf_portal.working_days import (
    DEPARTEMENTS,
    NoCalendar,
    NotADelay,
    NotAParisDate,
    UnknownDepartement,
    add_working_days,
    bank_holidays,
    deadline_in_days,
    deadline_in_months,
    is_working_day,
    next_working_day,
)

CAFS = Path(__file__).resolve().parents[2] / "caisses" / "data" / "cafs.csv"
PARIS, MOSELLE, BAS_RHIN, REUNION = "75", "57", "67", "974"
DAYS = st.dates(date(1984, 1, 1), date(2090, 12, 31))
ANYWHERE = st.sampled_from(sorted(DEPARTEMENTS))
EVERYWHERE_IN_2026 = {
    date(2026, 1, 1),
    date(2026, 4, 6),
    date(2026, 5, 1),
    date(2026, 5, 8),
    date(2026, 5, 14),
    date(2026, 5, 25),
    date(2026, 7, 14),
    date(2026, 8, 15),
    date(2026, 11, 1),
    date(2026, 11, 11),
    date(2026, 12, 25),
}
LOCAL_IN_2026 = {
    "57": {date(2026, 4, 3), date(2026, 12, 26)},
    "67": {date(2026, 4, 3), date(2026, 12, 26)},
    "68": {date(2026, 4, 3), date(2026, 12, 26)},
    "971": {date(2026, 5, 27)},
    "972": {date(2026, 5, 22)},
    "973": {date(2026, 6, 10)},
    "974": {date(2026, 12, 20)},
    "976": {date(2026, 4, 27)},
}


@pytest.mark.parametrize("departement", sorted(DEPARTEMENTS))
def test_the_bank_holidays_of_2026_are_those_of_the_law(departement: str) -> None:
    expected = EVERYWHERE_IN_2026 | LOCAL_IN_2026.get(departement, set())

    assert bank_holidays(2026, departement) == expected


@pytest.mark.parametrize(
    "easter",
    [
        date(2024, 3, 31),
        date(2025, 4, 20),
        date(2026, 4, 5),
        date(2027, 3, 28),
        date(2028, 4, 16),
        date(2029, 4, 1),
        date(2030, 4, 21),
    ],
)
def test_what_follows_easter_follows_it(easter: date) -> None:
    for after in (1, 39, 50):
        assert not is_working_day(easter + timedelta(days=after), PARIS)
    good_friday = easter - timedelta(days=2)
    assert is_working_day(good_friday, PARIS)
    assert not is_working_day(good_friday, MOSELLE)


def test_every_fund_has_its_departement():
    rows = csv.DictReader(
        line for line in CAFS.read_text("utf-8").splitlines() if not line.startswith("#")
    )
    codes = {row["departement"].split()[0] for row in rows}

    assert len(codes) == 101
    assert codes == DEPARTEMENTS


@pytest.mark.parametrize(
    ("day", "departement", "expected"),
    [
        # Friday 1 May 2026, then the week-end.
        (date(2026, 4, 30), PARIS, date(2026, 5, 4)),
        (date(2026, 5, 7), PARIS, date(2026, 5, 11)),
        (date(2026, 5, 4), PARIS, date(2026, 5, 5)),
        (date(2025, 12, 24), PARIS, date(2025, 12, 26)),
        (date(2025, 12, 24), BAS_RHIN, date(2025, 12, 29)),
        (date(2026, 12, 31), PARIS, date(2027, 1, 4)),
        (date(2027, 12, 17), PARIS, date(2027, 12, 20)),
        (date(2027, 12, 17), REUNION, date(2027, 12, 21)),
    ],
)
def test_the_next_working_day_leaps_over_what_is_not_worked(
    day: date, departement: str, expected: date
) -> None:
    assert next_working_day(day, departement) == expected


def test_ten_working_days_of_may_are_long():
    # 4 to 7, 11 to 13, 15, 18 and 19 May: without the 1st, the 8th and Ascension.
    assert add_working_days(date(2026, 4, 30), 10, PARIS) == date(2026, 5, 19)


@pytest.mark.parametrize(
    ("start", "days", "departement", "expected"),
    [
        # The day of the notice does not count, the last one does.
        (date(2026, 6, 1), 1, PARIS, date(2026, 6, 2)),
        (date(2026, 6, 1), 15, PARIS, date(2026, 6, 16)),
        # Ends on Sunday 5 July, on Saturday 11 July, on Tuesday 14 July.
        (date(2026, 6, 15), 20, PARIS, date(2026, 7, 6)),
        (date(2026, 6, 21), 20, PARIS, date(2026, 7, 13)),
        (date(2026, 6, 24), 20, PARIS, date(2026, 7, 15)),
        # Ends on Good Friday: four days more in Moselle, none in Paris.
        (date(2026, 3, 14), 20, PARIS, date(2026, 4, 3)),
        (date(2026, 3, 14), 20, MOSELLE, date(2026, 4, 7)),
        # Ends on Ascension, on Pentecost Monday, on 20 December.
        (date(2026, 4, 24), 20, PARIS, date(2026, 5, 15)),
        (date(2026, 5, 5), 20, PARIS, date(2026, 5, 26)),
        (date(2027, 12, 5), 15, PARIS, date(2027, 12, 20)),
        (date(2027, 12, 5), 15, REUNION, date(2027, 12, 21)),
        # Only custom: mid-Lent, Good Friday and 21 July in Guadeloupe do not delay it.
        (date(2026, 2, 20), 20, "971", date(2026, 3, 12)),
        (date(2026, 3, 14), 20, "971", date(2026, 4, 3)),
        (date(2026, 7, 1), 20, "972", date(2026, 7, 21)),
        # Through 29 February, and without it.
        (date(2024, 2, 20), 9, PARIS, date(2024, 2, 29)),
        (date(2026, 2, 20), 10, PARIS, date(2026, 3, 2)),
    ],
)
def test_a_delay_in_days_ends_on_a_working_day(
    start: date, days: int, departement: str, expected: date
) -> None:
    assert deadline_in_days(start, days, departement) == expected


@pytest.mark.parametrize(
    ("start", "months", "departement", "expected"),
    [
        (date(2026, 6, 15), 1, PARIS, date(2026, 7, 15)),
        (date(2026, 11, 22), 2, PARIS, date(2027, 1, 22)),
        (date(2026, 12, 31), 12, PARIS, date(2027, 12, 31)),
        # No such day in the last month: its last one.
        (date(2026, 8, 31), 1, PARIS, date(2026, 9, 30)),
        (date(2023, 12, 31), 2, PARIS, date(2024, 2, 29)),
        (date(2024, 2, 29), 12, PARIS, date(2025, 2, 28)),
        # The same number, not the last day: 28 February gives 28 March.
        (date(2025, 2, 28), 1, PARIS, date(2025, 3, 28)),
        # Saturday 28 February, Ascension 14 May, Good Friday 3 April, 1 May then a week-end.
        (date(2026, 1, 31), 1, PARIS, date(2026, 3, 2)),
        (date(2026, 3, 14), 2, PARIS, date(2026, 5, 15)),
        (date(2026, 2, 3), 2, PARIS, date(2026, 4, 3)),
        (date(2026, 2, 3), 2, MOSELLE, date(2026, 4, 7)),
        (date(2026, 3, 1), 2, PARIS, date(2026, 5, 4)),
        (date(2027, 10, 20), 2, REUNION, date(2027, 12, 21)),
    ],
)
def test_a_delay_in_months_ends_on_the_same_number(
    start: date, months: int, departement: str, expected: date
) -> None:
    assert deadline_in_months(start, months, departement) == expected


@pytest.mark.parametrize(
    ("instant", "notified_on", "deadline"),
    [
        # Half past midnight in Paris, where the date is already the next one.
        (datetime(2026, 3, 27, 23, 30, tzinfo=UTC), date(2026, 3, 28), date(2026, 4, 7)),
        # The nights when the clocks change: 29 March and 25 October.
        (datetime(2026, 3, 28, 23, 30, tzinfo=UTC), date(2026, 3, 29), date(2026, 4, 8)),
        (datetime(2026, 3, 29, 0, 30, tzinfo=UTC), date(2026, 3, 29), date(2026, 4, 8)),
        (datetime(2026, 3, 29, 22, 30, tzinfo=UTC), date(2026, 3, 30), date(2026, 4, 9)),
        (datetime(2026, 10, 24, 22, 30, tzinfo=UTC), date(2026, 10, 25), date(2026, 11, 4)),
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), date(2026, 10, 25), date(2026, 11, 4)),
        (datetime(2026, 10, 25, 22, 30, tzinfo=UTC), date(2026, 10, 25), date(2026, 11, 4)),
        (datetime(2026, 10, 25, 23, 30, tzinfo=UTC), date(2026, 10, 26), date(2026, 11, 5)),
    ],
)
def test_ten_days_start_from_the_date_in_paris(
    instant: datetime, notified_on: date, deadline: date
) -> None:
    start = paris_date(instant)

    assert start == notified_on
    assert deadline_in_days(start, 10, PARIS) == deadline


@pytest.mark.parametrize("not_a_date", [datetime(2026, 11, 21, 23, 30, tzinfo=UTC), "2026-11-21"])
def test_an_instant_is_refused_everywhere(not_a_date: Any) -> None:
    calls = [
        lambda: is_working_day(not_a_date, PARIS),
        lambda: next_working_day(not_a_date, PARIS),
        lambda: add_working_days(not_a_date, 1, PARIS),
        lambda: deadline_in_days(not_a_date, 1, PARIS),
        lambda: deadline_in_months(not_a_date, 1, PARIS),
    ]

    for call in calls:
        with pytest.raises(NotAParisDate):
            call()


@pytest.mark.parametrize("departement", ["20", "1", "96", "975", "2a", "", "571"])
def test_a_departement_that_is_none_is_refused(departement: str) -> None:
    with pytest.raises(UnknownDepartement, match=f"'{departement}'"):
        deadline_in_days(date(2026, 6, 1), 20, departement)


@pytest.mark.parametrize("delay", [0, -1, 3_661, 1.5, True, None])
def test_a_delay_that_is_none_is_refused(delay: Any) -> None:
    for reckon in (add_working_days, deadline_in_days, deadline_in_months):
        with pytest.raises(NotADelay):
            reckon(date(2026, 6, 1), delay, PARIS)


@pytest.mark.parametrize(
    ("reckon", "start", "delay"),
    [
        (deadline_in_days, date(1983, 6, 1), 20),
        (deadline_in_months, date(1983, 6, 1), 2),
        (add_working_days, date(1983, 6, 1), 1),
        (deadline_in_days, date(2100, 12, 31), 1),
        (deadline_in_months, date(2100, 12, 31), 1),
        (deadline_in_months, date(9999, 12, 31), 1),
        (add_working_days, date(2100, 12, 31), 1),
        (add_working_days, date.max, 1),
    ],
)
def test_a_year_without_a_calendar_is_refused(reckon: Any, start: date, delay: int) -> None:
    with pytest.raises(NoCalendar):
        reckon(start, delay, PARIS)


@given(DAYS, st.integers(1, 400), ANYWHERE)
def test_a_deadline_is_the_first_working_day_that_is_late_enough(
    start: date, days: int, departement: str
) -> None:
    deadline = deadline_in_days(start, days, departement)

    late = (deadline - start).days - days
    assert is_working_day(deadline, departement)
    assert 0 <= late <= 5
    skipped = [start + timedelta(days=days + n) for n in range(late)]
    assert not any(is_working_day(day, departement) for day in skipped)


@given(DAYS, st.integers(1, 60), ANYWHERE)
def test_working_days_count_those_that_are_worked(
    start: date, count: int, departement: str
) -> None:
    end = add_working_days(start, count, departement)

    passed = [start + timedelta(days=n + 1) for n in range((end - start).days)]
    assert sum(is_working_day(day, departement) for day in passed) == count
