"""The workers of the tests share them as said: the browser's together, the others one by one."""

import pytest

from tests.scheduling import TOGETHER, BrowserTestsTogether


@pytest.mark.parametrize(
    ("nodeid", "lot"),
    [
        ("tests/e2e/test_payment_journey.py::test_one[a]", TOGETHER),
        ("tests/e2e/test_agents_read_it.py::test_two", TOGETHER),
        ("tests/e2e_of_others/test_x.py::test_x", "tests/e2e_of_others/test_x.py::test_x"),
        ("tests/payments/test_races.py::test_x[b]", "tests/payments/test_races.py::test_x[b]"),
    ],
)
def test_browser_tests_are_one_lot_and_any_other_test_is_its_own(nodeid: str, lot: str) -> None:
    scheduler = object.__new__(BrowserTestsTogether)

    assert scheduler._split_scope(nodeid) == lot
