"""Random interleavings of everything that happens to payments and plans, with deaths and overlaps.

In the gate the examples are few and always the same ones. ``PAYMENT_MACHINE_EXAMPLES=2000 pytest
tests/payments/test_payment_machine.py`` looks further, with new ones each time (about a second
each, for each of the two machines).
"""

import os
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from payments.models import Affectation
from payments.models.notification import Outcome
from payments.models.payment import PaymentQuerySet
from payments.services import booking, plan_polling
from tests.payments.payment_machine import LAST_STATEMENT, PaymentMachine
from tests.payments.plan_machine import PlanMachine

MORE = int(os.environ.get("PAYMENT_MACHINE_EXAMPLES", "0"))
PROFILE = settings(
    max_examples=MORE or 4,
    stateful_step_count=40 if MORE else 20,
    derandomize=not MORE,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
#: A control has to find something, not to explain it.
CONTROL = settings(PROFILE, max_examples=200, derandomize=True, phases=[Phase.generate])

Step = Callable[[Any], object]

pytestmark = [pytest.mark.usefixtures("committed_db"), pytest.mark.slow]


def test_whatever_happens_the_books_say_what_the_platform_knows():
    run_state_machine_as_test(PaymentMachine, settings=PROFILE)


def test_whatever_happens_to_a_plan_the_books_say_what_the_platform_knows():
    run_state_machine_as_test(PlanMachine, settings=PROFILE)


def test_the_machine_finds_by_chance_a_due_that_nobody_asks_about(monkeypatch):
    """The control of the whole: no steps are given, it comes upon them."""
    monkeypatch.setattr(plan_polling, "late_plans", lambda *, now: [])

    with pytest.raises(AssertionError, match="the ledger lacks money"):
        run_state_machine_as_test(PlanMachine, settings=CONTROL)


def replay(*steps: Step, of: type[PaymentMachine] = PaymentMachine) -> None:
    """A few steps of the machine by hand, with everything it looks at after each of them."""
    machine = of()
    machine.begin()
    try:
        for step in steps:
            step(machine)
            machine.books_agree()
    finally:
        machine.teardown()


def pay_twice(machine: PaymentMachine) -> None:
    """The payer pays on each of two pages of one attempt; nobody is told yet."""
    machine.person("resume", 0, None)
    machine.try_a_card(0, "AUTHORISED")
    machine.try_a_card(0, "AUTHORISED")


def tell_both(machine: PaymentMachine) -> None:
    """Both notifications come, one after the other."""
    machine.deliver(0, keep=False, mishap=None)
    machine.deliver(0, keep=False, mishap=None)


def test_the_machine_finds_money_that_is_forgotten(monkeypatch):
    """The control of the books: a booking that drops what does not fit."""
    monkeypatch.setattr(booking, "hold", lambda *_args, **_kwargs: Outcome.IGNORED)

    with pytest.raises(AssertionError, match="inv14_captured_is_booked"):
        replay(pay_twice, tell_both)


def tell_both_at_once(statement: int) -> Step:
    """The second notification comes in before the n-th statement of the first one's work."""
    return lambda machine: machine.at_once(("deliver", 1), ("deliver", 0), statement)


def without_lock(boutique, reference):
    rows = Affectation.objects.filter(payment__boutique=boutique, payment__reference=reference)
    return tuple(rows.select_related("payment", "creance__allocataire").order_by("creance_id"))


def test_overlaps_at_every_statement_do_no_harm():
    for statement in range(1, LAST_STATEMENT, 9):
        replay(pay_twice, tell_both_at_once(statement))


def test_the_machine_finds_a_lock_that_is_forgotten(monkeypatch):
    """The control of the overlaps: the same steps, without the lock, do collide somewhere."""
    monkeypatch.setattr(booking, "_locked", without_lock)

    assert any(collides(pay_twice, tell_both_at_once(n)) for n in range(5, LAST_STATEMENT, 3))


def collides(*steps: Step) -> bool:
    try:
        replay(*steps)
    except Exception:  # noqa: BLE001 - whatever it is, the machine saw it
        return True
    return False


def pay_again_in_silence(machine: PaymentMachine) -> None:
    """One page is paid and told, the other one is paid and its notification lost."""
    machine.person("resume", 0, None)
    machine.pay(0, "CAPTURED", keep=False)
    machine.try_a_card(0, "CAPTURED")
    machine.platform.on_their_way.clear()


def test_a_second_page_paid_in_silence_is_found_in_the_end():
    replay(pay_again_in_silence)


def test_the_machine_finds_a_question_that_is_not_asked(monkeypatch):
    """The control of the quiet end: without the last question, that money is lost."""
    monkeypatch.setattr(
        PaymentQuerySet, "in_progress_or_opened_before", lambda self, _instant: self.in_progress()
    )

    with pytest.raises(AssertionError, match="the ledger lacks money"):
        replay(pay_again_in_silence)


def start_the_plan_twice(machine: PlanMachine) -> None:
    """The first due is paid on each of two pages: the platform debits all the dues twice."""
    machine.person("resume", 0, None)
    machine.start_the_plan(keep=False)
    machine.start_the_plan(keep=False)


def debit_every_due(machine: PlanMachine) -> None:
    """Those of the first try are told, those of the second one are not."""
    for told in (True, False, True, False):
        machine.due_day(0, "AUTHORISED", total=False, told=told, closed=True)
    machine.platform.on_their_way.clear()


def test_dues_debited_twice_in_silence_are_found_in_the_end():
    replay(start_the_plan_twice, debit_every_due, of=PlanMachine)


def start_the_plan(machine: PlanMachine) -> None:
    machine.start_the_plan(keep=False)


def leave_to_pay_a_refused_due(machine: PlanMachine) -> None:
    machine.pay_a_refused_due(0, paid=False, told=False, mishap=None)


def take_it_after_all(machine: PlanMachine) -> None:
    machine.present_again(0)


def pay_the_open_page(machine: PlanMachine) -> None:
    machine.pay(0, "CAPTURED", keep=False)


PAID_TWICE = (start_the_plan, leave_to_pay_a_refused_due, take_it_after_all, pay_the_open_page)


def test_a_due_taken_while_it_is_paid_online_is_settled_once():
    replay(*PAID_TWICE, of=PlanMachine)


def test_the_machine_finds_a_due_that_is_settled_twice(monkeypatch):
    """The control of the plans: a payment that does not look whether its due is paid already."""
    monkeypatch.setattr(booking, "is_due_settled", lambda _payment: False)

    with pytest.raises(AssertionError, match="is PAID, booked"):
        replay(*PAID_TWICE, of=PlanMachine)
