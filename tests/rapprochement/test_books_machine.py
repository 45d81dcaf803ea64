"""Random lives of a fund's books, from card payments to closed and exported days.

In the gate the examples are few and always the same ones. ``BOOKS_MACHINE_EXAMPLES=500 pytest
tests/rapprochement/test_books_machine.py`` looks further, with new ones each time (about ten
seconds each), and makes the shortest life that fails of one that does.
"""

import os

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.rapprochement.machine.books_machine import BooksMachine

MORE = int(os.environ.get("BOOKS_MACHINE_EXAMPLES", "0"))
PROFILE = settings(
    max_examples=MORE or 4,
    stateful_step_count=40 if MORE else 20,
    derandomize=not MORE,
    database=None,
    deadline=None,
    report_multiple_bugs=False,
    # Shrinking a life of a fund takes minutes: the gate only tells the steps that it took.
    phases=[Phase.generate, *([Phase.shrink] if MORE else [])],
    suppress_health_check=list(HealthCheck),
)

pytestmark = [pytest.mark.usefixtures("committed_db"), pytest.mark.slow]


def test_whatever_happens_the_books_of_a_fund_follow_and_close():
    run_state_machine_as_test(BooksMachine, settings=PROFILE)
