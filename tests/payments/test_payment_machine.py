"""Random interleavings of everything that happens to payments, with deaths and overlaps.

In the gate the examples are always the same ones. ``PAYMENT_MACHINE_EXAMPLES=2000 pytest
tests/payments/test_payment_machine.py`` looks further, with new ones each time.
"""

import os
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from payments.models import Affectation
from payments.models.notification import Outcome
from payments.models.payment import PaymentQuerySet
from payments.services import booking
from tests.payments.payment_machine import LAST_STATEMENT, PaymentMachine
from tests.payments.plan_machine import PlanMachine

MORE = int(os.environ.get("PAYMENT_MACHINE_EXAMPLES", "0"))
PROFILE = settings(
    max_examples=MORE or 25,
    stateful_step_count=25,
    derandomize=not MORE,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
#: A control has to find something, not to explain it.
CONTROL = settings(PROFILE, max_examples=200, derandomize=True, phases=[Phase.generate])

Step = Callable[[PaymentMachine], object]

pytestmark = [pytest.mark.usefixtures("committed_db"), pytest.mark.slow]


def test_whatever_happens_the_books_say_what_the_platform_knows():
    run_state_machine_as_test(PaymentMachine, settings=PROFILE)


def test_whatever_happens_to_a_plan_the_books_say_what_the_platform_knows():
    run_state_machine_as_test(PlanMachine, settings=PROFILE)


def test_the_machine_finds_money_that_is_forgotten(monkeypatch):
    """The control of the whole: a booking that drops what does not fit is found by chance."""
    monkeypatch.setattr(booking, "hold", lambda *_args, **_kwargs: Outcome.IGNORED)

    with pytest.raises(AssertionError):
        run_state_machine_as_test(PaymentMachine, settings=CONTROL)


def replay(*steps: Step) -> None:
    """A few steps of the machine by hand, with everything it looks at after each of them."""
    machine = PaymentMachine()
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


def tell_both_at_once(statement: int) -> Step:
    """The second notification comes in before the n-th statement of the first one's work."""
    return lambda machine: machine.at_once(("deliver", 1), ("deliver", 0), statement)


def without_lock(boutique, reference):
    rows = Affectation.objects.filter(payment__boutique=boutique, payment__reference=reference)
    return tuple(rows.select_related("payment", "creance__allocataire").order_by("creance_id"))


def test_overlaps_at_every_statement_do_no_harm():
    for statement in range(1, LAST_STATEMENT, 4):
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
