"""Money beyond what the debts could take: seen at once, placed or given back, once."""

import pytest
from django.db import IntegrityError, transaction

from allocataires.models import Mouvement
from caf_portal.database.scope import caisse_scope, national_scope
from comptabilite.models import Anomalie, Ecriture, Ligne
from payments.models import Refund, TropPercu
from payments.services.invariants import find_breaches
from payments.services.refunding import reject_refund
from payments.services.surplus_choosing import (
    AGENT_AFTER,
    AlreadyChosen,
    BeingGivenBack,
    DebtNotPossible,
    TooEarly,
    ask_surplus_back,
    place_surplus,
)
from relation_usager.models import Message
from tests.allocataires.factories import AllocataireFactory, CreanceFactory
from tests.allocataires.states import put_in_state
from tests.payments.factories import open_payment
from tests.payments.refunds import (
    LATER,
    approve,
    ask,
    pay,
    refund_whole,
    send,
    shrink,
    take,
    two_agents,
)
from tests.payments.rest_double import RestDouble

pytestmark = pytest.mark.django_db


@pytest.fixture
def debts():
    with national_scope():
        person = AllocataireFactory(numero="1234567")
        return [
            CreanceFactory(allocataire=person, nature="IN5", rang="001", initial_cents=240_00),
            CreanceFactory(allocataire=person, nature="IM3", rang="002", initial_cents=100_00),
            CreanceFactory(allocataire=person, nature="IN1", rang="003", initial_cents=20_00),
        ]


@pytest.fixture
def paid(debts):
    return pay_too_much(debts[0])


def pay_too_much(debt):
    """240 € leave for the bank; meanwhile 60 € are withheld: 60 € too much."""
    payment = open_payment(debt)
    shrink(debt, 60_00)
    return take(payment, RestDouble())


def surplus():
    with national_scope():
        return TropPercu.objects.get()


def place(debt, *, agent=None, now=LATER):
    found = surplus()
    with caisse_scope(found.caisse_id):
        return place_surplus(surplus_id=found.pk, creance_id=debt.public_id, agent=agent, now=now)


def ask_back(*, agent=None, now=LATER):
    found = surplus()
    with caisse_scope(found.caisse_id):
        return ask_surplus_back(surplus_id=found.pk, agent=agent, now=now)


def balances(debts):
    with national_scope():
        for debt in debts:
            debt.refresh_from_db()
    return [debt.balance_cents for debt in debts]


def settled_notes():
    with national_scope():
        return list(Anomalie.objects.order_by("pk").values_list("kind", "settled_note"))


def test_a_surplus_is_written_with_the_booking_and_told_at_once(paid):
    found = surplus()

    assert (found.amount_cents, found.status) == (60_00, "A_CHOISIR")
    with national_scope():
        message = Message.objects.get(kind="SURPLUS_SEEN")
        assert Anomalie.objects.get().kind == "SURPLUS"
    assert message.context["amount_cents"] == 60_00
    assert message.context["page"] == f"/paiement/{paid.payment.public_id}/"
    assert find_breaches() == []


def test_a_second_receipt_of_one_payment_is_a_surplus_too(debts):
    paid = pay(debts[0])

    take(paid.payment, paid.platform)

    assert (surplus().amount_cents, surplus().status) == (240_00, "A_CHOISIR")


def test_it_is_taken_off_the_debt_that_is_chosen(debts, paid):
    placed = place(debts[1])

    assert (placed.status, placed.placed_cents) == ("AFFECTE", 60_00)
    assert balances(debts) == [0, 40_00, 20_00]
    with national_scope():
        ecriture = Ecriture.objects.get(event="SUSPENSE_TO_DEBT")
        lines = Ligne.objects.filter(ecriture=ecriture).order_by("position")
        assert list(
            lines.values_list("compte__number", "auxiliaire", "debit_cents", "credit_cents")
        ) == [("471", "", 60_00, 0), ("409240", "1234567-IM3-002", 0, 60_00)]
    assert settled_notes() == [
        ("SURPLUS", "Choix fait par la personne : 60,00\u00a0€ sur IM3 002.")
    ]
    assert find_breaches() == []


def test_a_debt_too_small_takes_what_it_can_and_the_rest_is_asked_back(debts, paid):
    placed = place(debts[2])

    assert (placed.status, placed.placed_cents) == ("REMBOURSEMENT", 20_00)
    assert balances(debts) == [0, 100_00, 0]
    with national_scope():
        refund = Refund.objects.get()
    assert (refund.amount_cents, refund.origin, refund.asked_by) == (40_00, "PERSON", None)
    assert find_breaches() == []


def test_the_person_asks_and_one_agent_approves(debts, paid):
    asked = ask_back()
    approve(two_agents()[1], asked.refund)
    with paid.platform.listening():
        assert send(asked.refund) == "DONE"

    assert surplus().status == "RENDU"
    assert balances(debts) == [0, 100_00, 20_00]
    assert settled_notes() == [("SURPLUS", "Somme rendue à la personne.")]
    assert find_breaches() == []


def test_a_refund_that_an_agent_rejects_leaves_the_choice_open(debts, paid):
    asked = ask_back()
    with caisse_scope(asked.caisse_id):
        reject_refund(agent=two_agents()[0], refund_id=asked.refund_id, now=LATER)

    assert (surplus().status, surplus().refund_id) == ("A_CHOISIR", None)
    assert place(debts[1]).status == "AFFECTE"


def test_what_is_given_back_later_comes_from_the_debt_it_was_placed_on(debts, paid):
    place(debts[1])

    refund_whole(paid, 80_00)

    assert balances(debts) == [20_00, 100_00, 20_00]
    with national_scope():
        raised = Mouvement.objects.filter(kind="REMBOURSEMENT").order_by("pk")
        assert list(raised.values_list("creance_id", "amount_cents")) == [
            (debts[1].pk, 60_00),
            (debts[0].pk, 20_00),
        ]
    assert find_breaches() == []


def test_a_whole_refund_by_agents_ends_the_surplus_as_given_back(debts, paid):
    refund_whole(paid)

    assert surplus().status == "RENDU"
    with pytest.raises(AlreadyChosen):
        place(debts[1])
    assert find_breaches() == []


def test_while_an_agent_gives_it_back_nothing_is_chosen(debts, paid):
    ask(two_agents()[0], paid, 10_00)

    with pytest.raises(BeingGivenBack):
        place(debts[1])

    assert balances(debts) == [0, 100_00, 20_00]


def test_it_is_chosen_once(debts, paid):
    place(debts[1])

    with pytest.raises(AlreadyChosen):
        place(debts[1])
    with pytest.raises(AlreadyChosen):
        ask_back()


def test_a_debt_of_somebody_else_or_not_payable_here_is_refused(debts, paid):
    with national_scope():
        theirs = CreanceFactory()
        put_in_state(debts[1], "TRANSFEREE")

    for debt in (theirs, debts[1], debts[0]):
        with pytest.raises(DebtNotPossible):
            place(debt)

    assert surplus().status == "A_CHOISIR"


def test_an_agent_may_choose_for_the_person_after_a_while(debts, paid):
    agent, other = two_agents()
    with pytest.raises(TooEarly):
        ask_back(agent=agent)

    asked = ask_back(agent=agent, now=LATER + AGENT_AFTER)

    assert (asked.chosen_by, asked.refund.asked_by, asked.refund.origin) == (
        agent,
        agent,
        "PORTAL",
    )
    approve(other, asked.refund)


def test_inv16_the_database_wants_nobody_behind_a_request_of_the_person(paid):
    asked = ask_back()

    with (
        caisse_scope(asked.caisse_id),
        pytest.raises(IntegrityError, match="inv07_refund_within_what_was_seen"),
        transaction.atomic(),
    ):
        Refund.objects.create(
            caisse_id=asked.caisse_id,
            payment_id=asked.payment_id,
            transaction_id=asked.transaction_id,
            amount_cents=1,
            stated_cents=1,
            reason="essai",
            origin="PERSON",
            asked_by=two_agents()[0],
            asked_at=LATER,
        )


def test_inv04_a_transaction_has_one_surplus(paid):
    found = surplus()
    found.pk, found.public_id = None, paid.payment.public_id

    with (
        caisse_scope(found.caisse_id),
        pytest.raises(IntegrityError, match="inv04_trop_percu_once"),
        transaction.atomic(),
    ):
        found.save(force_insert=True)
