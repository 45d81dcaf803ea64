"""Money in excess that meets remissions, moves and refunds: every road keeps the books right."""

import pytest

from allocataires.models import Creance
from caf_portal.database.scope import caisse_scope, national_scope
from comptabilite.models import Anomalie
from payments.models import TropPercu
from payments.services.invariants import find_breaches
from payments.services.refunding import ask_refund
from payments.services.surplus_choosing import ask_surplus_back, place_surplus
from tests.allocataires.factories import AllocataireFactory, CreanceFactory
from tests.caisses.factories import agent_of
from tests.payments.factories import open_payment
from tests.payments.refunds import (
    LATER,
    approve,
    pay,
    refund_whole,
    send,
    shrink,
    take,
    two_agents,
)
from tests.payments.rest_double import RestDouble
from tests.recouvrement.demandes import answer, ask
from tests.recouvrement.test_moves_under_attack import move
from tests.scenarios.books import balance_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def debts():
    with national_scope():
        person = AllocataireFactory(numero="1234567")
        return [
            CreanceFactory(allocataire=person, nature="IN5", rang="001", initial_cents=240_00),
            CreanceFactory(allocataire=person, nature="IM3", rang="002", initial_cents=100_00),
        ]


@pytest.fixture
def agents():
    with national_scope():
        return {code: agent_of(code, login=f"agent{code}") for code in ("011", "331")}


def placed(debts):
    """240 € paid, 60 € of which were too much and are now on the other debt."""
    payment = open_payment(debts[0])
    shrink(debts[0], 60_00)
    paid = take(payment, RestDouble())
    with caisse_scope(debts[0].caisse_id):
        surplus = TropPercu.objects.get()
        place_surplus(surplus_id=surplus.pk, creance_id=debts[1].public_id, now=LATER)
    return paid


def standing(debts):
    with national_scope():
        rows = [Creance.objects.get(pk=debt.pk) for debt in debts]
    return [(row.balance_cents, row.state) for row in rows]


def test_a_debt_that_a_surplus_repaid_moves_then_the_payment_is_given_back(debts, agents):
    paid = placed(debts)
    move(agents, debts[1])

    refund_whole(paid)

    assert standing(debts) == [(180_00, "EN_RECOUVREMENT"), (60_00, "MUTEE")]
    assert balance_of("4671") == 0
    with national_scope():
        assert Anomalie.objects.get(kind="MUTATION_TO_FINISH").amount_cents == 60_00
    assert find_breaches() == []


def test_a_debt_remitted_after_it_was_paid_in_part_owes_again_what_is_given_back(debts, agents):
    paid = pay(debts[1])
    refused = ask(debts[0], "REMISE")
    answer(agents["011"], refused, "ACCEPTEE")

    refund_whole(paid)

    assert standing(debts) == [(0, "REMISE"), (100_00, "EN_RECOUVREMENT")]
    assert find_breaches() == []


def test_a_card_captured_after_a_whole_remission_is_all_the_persons(debts, agents):
    payment = open_payment(debts[0])
    answer(agents["011"], ask(debts[0], "REMISE"), "ACCEPTEE")

    paid = take(payment, RestDouble())

    with caisse_scope(debts[0].caisse_id):
        surplus = TropPercu.objects.get()
        assert surplus.amount_cents == 240_00
        place_surplus(surplus_id=surplus.pk, creance_id=debts[1].public_id, now=LATER)
        refund = TropPercu.objects.get().refund
    assert refund.amount_cents == 140_00
    assert standing(debts) == [(0, "REMISE"), (0, "SOLDEE")]
    asker, decider = two_agents()
    approve(decider, refund)
    with paid.platform.listening():
        send(refund)
    assert find_breaches() == []
    with caisse_scope(debts[0].caisse_id):
        rest = ask_refund(
            agent=asker,
            transaction_id=paid.transaction.pk,
            amount_cents=100_00,
            stated_cents=100_00,
            reason="tout rendre",
            now=LATER,
        )
    approve(decider, rest)
    with paid.platform.listening():
        send(rest)
    assert standing(debts) == [(0, "REMISE"), (100_00, "EN_RECOUVREMENT")]
    assert find_breaches() == []


def test_a_surplus_asked_back_is_not_taken_off_a_debt_that_is_remitted_meanwhile(debts, agents):
    payment = open_payment(debts[0])
    shrink(debts[0], 60_00)
    paid = take(payment, RestDouble())
    with caisse_scope(debts[0].caisse_id):
        ask_surplus_back(surplus_id=TropPercu.objects.get().pk, now=LATER)
        refund = TropPercu.objects.get().refund
    answer(agents["011"], ask(debts[1], "REMISE"), "ACCEPTEE")

    approve(two_agents()[1], refund)
    with paid.platform.listening():
        send(refund)

    assert standing(debts) == [(0, "SOLDEE"), (0, "REMISE")]
    with national_scope():
        assert TropPercu.objects.get().status == "RENDU"
    assert find_breaches() == []
