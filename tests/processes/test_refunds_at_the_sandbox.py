"""Refunds against the sandbox over real connections: its REST API, its back office, its word."""

import itertools
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.utils import timezone

from allocataires.models import Creance
from caf_portal.database.scope import caisse_scope, national_scope
from payments.gateways.payzen import rest
from payments.models import Boutique, Payment, Refund, Transaction, TransIdCounter
from payments.services.departing import hand_over
from payments.services.invariants import find_breaches
from payments.services.polling import Target
from payments.services.refund_sending import SILENCE
from payments.services.settled_checks import ask_about_settled, request_settled_check
from payments.services.starting import start_payment
from tests.allocataires.factories import CreanceFactory
from tests.payments.factories import debtor_of
from tests.payments.refunds import LATER, Paid, approve, ask, fresh, send, two_agents
from tests.payments.rest_double import RestDouble
from tests.processes.sandbox import Sandbox, running_sandbox
from tests.processes.servers import web_server

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("committed_db")]
AFTERWARDS = SILENCE + timedelta(seconds=1)
#: A notification is sent while the request that causes it is answered, or just after.
PATIENCE = 15.0
_TESTS = itertools.count(1)


@dataclass
class Bank:
    """The sandbox, and one debt of 240 € to pay there."""

    sandbox: Sandbox
    creance: Creance

    def balance(self) -> int:
        """What the debt is now."""
        with national_scope():
            self.creance.refresh_from_db()
        return self.creance.balance_cents

    def pay(self, *, capture: bool = True) -> Paid:
        """Pay the debt on the sandbox's page; its notification books it."""
        now = timezone.now()
        with caisse_scope(self.creance.caisse_id):
            payment = start_payment(
                debtor=debtor_of(self.creance),
                shares={self.creance.public_id: self.creance.balance_cents},
                email="personne@example.org",
                langue="fr",
                now=now,
            )
        uuid = self.sandbox.pay(hand_over(payment=payment, now=now))
        until(lambda: self.balance() == 0)
        if capture:
            self.sandbox.operate(uuid, "capture")
        return Paid(payment, uuid, RestDouble())


def until(true: Callable[[], bool]) -> None:
    """Wait for it, not for ever."""
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.1)


@pytest.fixture(scope="module")
def sandbox(django_db_setup, tmp_path_factory) -> Iterator[Sandbox]:
    """One portal and one sandbox for all these tests: each has its own debt and its own order."""
    folder = tmp_path_factory.mktemp("sandbox")
    with (
        web_server("caf_portal.wsgi", log=folder / "web.log") as (web, _process),
        running_sandbox(folder, notification_url=f"{web}/paiement/ipn/") as running,
    ):
        yield running


@pytest.fixture
def bank(sandbox, settings) -> Iterator[Bank]:
    settings.PAYZEN_REST_URL = sandbox.rest_url
    with national_scope():
        creance = CreanceFactory(initial_cents=240_00)
        _start_after_the_other_tests(creance)
    yield Bank(sandbox, creance)
    sandbox.switch(clear=True)
    sandbox.set_shops(clear=True)


def _start_after_the_other_tests(creance: Creance) -> None:
    """Our tables are emptied after each test, and the sandbox remembers each trans_id."""
    boutique = Boutique.objects.get(caisse_id=creance.caisse_id, mode="TEST")
    last = 1000 * next(_TESTS)
    # Both days, should midnight pass by.
    for day in (timezone.now().date(), timezone.now().date() + timedelta(days=1)):
        TransIdCounter.objects.create(
            caisse_id=creance.caisse_id, boutique=boutique, utc_on=day, last=last
        )


def approved(paid: Paid, cents: int) -> Refund:
    asker, decider = two_agents()
    return approve(decider, ask(asker, paid, cents))


def status_of(paid: Paid) -> str:
    with national_scope():
        return Payment.objects.get(pk=paid.payment.pk).status


def test_two_agents_refund_in_part_then_whole_and_the_books_are_right(bank):
    paid = bank.pay()
    first = approved(paid, 40_00)

    assert send(first) == "DONE"
    assert (fresh(first).kind, bank.balance()) == ("REFUND", 40_00)

    second = approve(first.decided_by, ask(first.asked_by, paid, 200_00))
    assert send(second) == "DONE"
    assert (status_of(paid), bank.balance()) == ("REFUNDED", 240_00)
    assert find_breaches() == []


def test_before_the_remittance_a_part_is_reduced_and_the_rest_cancelled(bank):
    paid = bank.pay(capture=False)
    first = approved(paid, 40_00)

    assert send(first) == "DONE"
    assert (fresh(first).kind, bank.balance()) == ("REDUCTION", 40_00)

    second = approve(first.decided_by, ask(first.asked_by, paid, 200_00))
    assert send(second) == "DONE"
    assert (fresh(second).kind, status_of(paid)) == ("CANCELLATION", "REFUNDED")
    assert find_breaches() == []


@pytest.mark.parametrize("done", [True, False])
def test_a_connection_cut_during_the_refund_refunds_once(bank, done):
    paid = bank.pay()
    refund = approved(paid, 40_00)
    bank.sandbox.spoil("Transaction/CancelOrRefund", kind="cut", done=done)

    assert send(refund) == "SENDING"
    assert send(refund, after=AFTERWARDS) == "DONE"

    assert bank.balance() == 40_00
    with national_scope():
        assert Transaction.objects.filter(operation="CREDIT").count() == (1 if done else 0)
    assert find_breaches() == []


def test_an_answer_that_comes_too_late_is_found_by_asking(bank, monkeypatch):
    monkeypatch.setattr(rest, "TIMEOUT", (3.05, 1))
    paid = bank.pay()
    refund = approved(paid, 40_00)
    bank.sandbox.spoil("Transaction/CancelOrRefund", kind="late", seconds=3)

    assert send(refund) == "SENDING"
    assert send(refund, after=AFTERWARDS) == "DONE"

    assert bank.balance() == 40_00
    assert find_breaches() == []


def test_a_refund_that_the_bank_refuses_fails_and_changes_nothing(bank):
    paid = bank.pay()
    refund = approved(paid, 40_00)
    bank.sandbox.switch(refuse_refunds=True)

    assert send(refund) == "FAILED"

    assert (status_of(paid), bank.balance()) == ("PAID", 0)
    assert find_breaches() == []


def test_a_chargeback_is_not_refunded_as_well(bank):
    paid = bank.pay()
    bank.sandbox.operate(paid.uuid, "chargeback")
    refund = approved(paid, 40_00)

    assert send(refund) == "FAILED"
    assert "PSP_083" in fresh(refund).gateway_error


def test_what_is_done_in_the_back_office_reaches_us_by_its_notifications(bank):
    paid = bank.pay(capture=False)

    bank.sandbox.operate(paid.uuid, "modify", amount=200_00)
    until(lambda: bank.balance() == 40_00)
    bank.sandbox.operate(paid.uuid, "capture")
    bank.sandbox.operate(paid.uuid, "refund", amount=50_00)
    until(lambda: bank.balance() == 90_00)
    bank.sandbox.operate(paid.uuid, "refund")
    until(lambda: bank.balance() == 240_00)

    assert status_of(paid) == "REFUNDED"
    with national_scope():
        assert set(Refund.objects.values_list("origin", "status")) == {("PLATFORM", "DONE")}
    assert find_breaches() == []


def test_a_cancellation_in_the_back_office_takes_the_payment_back(bank):
    paid = bank.pay(capture=False)

    bank.sandbox.operate(paid.uuid, "cancel")

    until(lambda: status_of(paid) == "REFUNDED")
    assert bank.balance() == 240_00
    assert find_breaches() == []


def test_a_duplicate_made_in_the_back_office_is_held_and_refunded_alone(bank):
    paid = bank.pay()
    twin_uuid = bank.sandbox.operate(paid.uuid, "duplicate")["uuid"]

    def held() -> bool:
        with national_scope():
            return Transaction.objects.filter(uuid=twin_uuid).exists()

    until(held)
    bank.sandbox.operate(twin_uuid, "capture")
    twin = Paid(paid.payment, twin_uuid, paid.platform)
    assert send(approved(twin, 240_00)) == "DONE"

    assert (status_of(paid), bank.balance()) == ("PAID", 0)
    assert find_breaches() == []


def test_a_back_office_whose_rule_is_off_is_asked_at_an_agents_request(bank):
    paid = bank.pay()
    rules = {"back_office_operation": {"on": False}}
    bank.sandbox.set_shops(rules=rules)
    bank.sandbox.operate(paid.uuid, "refund", amount=15_00)
    assert bank.balance() == 0

    with national_scope():
        request_settled_check(payment=paid.reload(), now=LATER)
    assert ask_about_settled(Target(paid.payment.pk, paid.payment.caisse_id), now=LATER)

    assert bank.balance() == 15_00
    assert find_breaches() == []
