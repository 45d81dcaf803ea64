"""Two at once on a surplus, over real connections; each race has its control."""

import pytest

from caf_portal.database.scope import caisse_scope, national_scope
from payments.models import TropPercu
from payments.services import surplus_choosing
from payments.services.invariants import find_breaches
from payments.services.refunding import RefundableChanged, ask_refund
from payments.services.remains import refundable_cents
from payments.services.surplus_choosing import (
    AlreadyChosen,
    BeingGivenBack,
    ask_surplus_back,
    place_surplus,
)
from tests.allocataires.factories import AllocataireFactory, CreanceFactory
from tests.payments.factories import open_payment
from tests.payments.refunds import LATER, shrink, take, two_agents
from tests.payments.rest_double import RestDouble
from tests.payments.test_races import at_once
from tests.payments.test_refund_races import slowly

pytestmark = pytest.mark.usefixtures("committed_db")


@pytest.fixture
def other_debt():
    """A payment of 240 € for which 60 € were too much, and a debt to put them on."""
    with national_scope():
        person = AllocataireFactory()
        paid_debt = CreanceFactory(allocataire=person, initial_cents=240_00)
        other = CreanceFactory(allocataire=person, initial_cents=500_00)
    payment = open_payment(paid_debt)
    shrink(paid_debt, 60_00)
    take(payment, RestDouble())
    return other


def place(debt):
    with caisse_scope(debt.caisse_id):
        surplus = TropPercu.objects.get()
        return place_surplus(surplus_id=surplus.pk, creance_id=debt.public_id, now=LATER)


def ask_back(debt):
    with caisse_scope(debt.caisse_id):
        return ask_surplus_back(surplus_id=TropPercu.objects.get().pk, now=LATER)


def agent_asks(agent, debt):
    with caisse_scope(debt.caisse_id):
        debit = TropPercu.objects.select_related("transaction").get().transaction
        return ask_refund(
            agent=agent,
            transaction_id=debit.pk,
            amount_cents=60_00,
            stated_cents=refundable_cents(debit),
            reason="trop payé",
            now=LATER,
        )


def names(results):
    return sorted(type(result).__name__ for result in results)


def left_on(debt):
    with national_scope():
        debt.refresh_from_db()
    return debt.balance_cents


def unlocked(monkeypatch):
    """The control: as the service would be if it locked nothing."""

    class NoLock:
        def __get__(self, manager, owner):
            return lambda: manager

    for model in (surplus_choosing.Creance, surplus_choosing.Payment, surplus_choosing.TropPercu):
        monkeypatch.setattr(model.objects._queryset_class, "locked", lambda self: self)
        monkeypatch.setattr(type(model.objects), "locked", lambda self: self.get_queryset())


def test_without_the_lock_a_click_to_place_and_one_to_give_back_both_count(monkeypatch, other_debt):
    unlocked(monkeypatch)
    slowly(monkeypatch, surplus_choosing, "_free_cents")

    results = at_once(lambda: place(other_debt), lambda: ask_back(other_debt))

    assert names(results) == ["TropPercu", "TropPercu"], "the same 60 € went out twice"


def test_a_click_to_place_and_one_to_give_back_make_one_choice(monkeypatch, other_debt):
    slowly(monkeypatch, surplus_choosing, "_free_cents")

    results = at_once(lambda: place(other_debt), lambda: ask_back(other_debt))

    assert len([each for each in results if isinstance(each, TropPercu)]) == 1
    assert any(isinstance(each, AlreadyChosen | BeingGivenBack) for each in results)
    assert find_breaches() == []


def test_two_clicks_at_once_place_it_once(monkeypatch, other_debt):
    slowly(monkeypatch, surplus_choosing, "_free_cents")

    results = at_once(lambda: place(other_debt), lambda: place(other_debt))

    assert names(results) == ["AlreadyChosen", "TropPercu"]
    assert left_on(other_debt) == 440_00
    assert find_breaches() == []


def test_a_click_against_an_agents_request_leaves_one_of_them(monkeypatch, other_debt):
    agent, _ = two_agents()
    slowly(monkeypatch, surplus_choosing, "_free_cents")

    results = at_once(lambda: place(other_debt), lambda: agent_asks(agent, other_debt))

    # The agent may still be the second: 60 € are then taken back from the debt they went to.
    assert names(results) in (["BeingGivenBack", "Refund"], ["Refund", "TropPercu"])
    assert not any(isinstance(each, RefundableChanged) for each in results)
    assert find_breaches() == []
