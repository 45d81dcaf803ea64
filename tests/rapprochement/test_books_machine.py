"""Random lives of a fund's books, from card payments to closed and exported days.

In the gate the examples are few and always the same ones. ``BOOKS_MACHINE_EXAMPLES=500 pytest
tests/rapprochement/test_books_machine.py`` looks further, with new ones each time (about ten
seconds each), and makes the shortest life that fails of one that does.
"""

import os
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from payments.services.charging_back import ChargedBack
from rapprochement.services import bank_findings, chargebacks
from tests.rapprochement.machine.books_machine import BooksMachine

MORE = int(os.environ.get("BOOKS_MACHINE_EXAMPLES", "0"))
PROFILE = settings(
    max_examples=MORE or 3,
    stateful_step_count=40 if MORE else 15,
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


def replay(*steps: Callable[[BooksMachine], object]) -> None:
    """A few steps by hand, with everything that is looked at after each of them, and the end."""
    machine = BooksMachine()
    machine.begin(date(2026, 12, 30))
    try:
        for step in steps:
            machine.now += timedelta(minutes=7)
            machine.sound, machine.touched = False, True
            step(machine)
            machine.books_agree()
    finally:
        machine.teardown()


#: A transfer of 30 December that nobody knows, told by the bank once that day is closed.
LATE = (
    lambda machine: machine.bank_moves(90_00),
    lambda machine: machine.morning((), statement=False, camt=False, answers=True),
    lambda machine: machine.close(explained=True),
    lambda machine: machine.morning((), statement=True, camt=False, answers=True),
)
#: A payment of 30 December that reaches the bank and is taken back.
TAKEN_BACK = (
    lambda machine: machine.pay(0, 1, heard=True, meanwhile=0),
    lambda machine: machine.remit("net", 24, 0),
    lambda machine: machine.charge_back(0, "whole"),
    lambda machine: machine.morning((), statement=True, camt=True, answers=True),
)


@pytest.mark.parametrize("steps", [LATE, TAKEN_BACK], ids=["late", "taken back"])
def test_a_few_days_by_hand_agree_and_close(steps):
    replay(*steps)


def test_the_machine_finds_a_line_of_a_closed_day_that_no_proof_names(monkeypatch):
    """The control of the proofs: one that forgets what a statement tells late."""
    named = bank_findings.of_lines
    monkeypatch.setattr(
        bank_findings, "of_lines", lambda day: (each for each in named(day) if each.own)
    )

    with pytest.raises(AssertionError, match="is in no proof"):
        replay(*LATE)


def test_the_machine_finds_a_chargeback_that_no_debt_owes_again(monkeypatch):
    """The control of the books: a chargeback that is recorded and moves nothing."""
    monkeypatch.setattr(chargebacks, "charge_back", lambda **_asked: ChargedBack.BOOKED)

    with pytest.raises(AssertionError, match="ledger_cents of 2026-12-30"):
        replay(*TAKEN_BACK)
