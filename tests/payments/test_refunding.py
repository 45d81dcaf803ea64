"""A refund is asked by one agent, decided by another, and puts the books right (inv. 7, 16)."""

import pytest
from django.db import IntegrityError, transaction

from allocataires.models import Mouvement
from caf_portal.database.scope import caisse_scope, national_scope
from comptabilite.models import Anomalie, Ecriture, Ligne
from payments.models import Refund, Transaction
from payments.services.invariants import find_breaches
from payments.services.refunding import (
    AlreadyDecided,
    AmountNotRefundable,
    AnotherFund,
    NothingTaken,
    ReasonMissing,
    RefundableChanged,
    SamePerson,
    approve_refund,
    ask_refund,
    reject_refund,
)
from relation_usager.models import Message
from tests.allocataires.factories import AllocataireFactory, CreanceFactory
from tests.caisses.factories import agent_of
from tests.payments.factories import open_payment
from tests.payments.refunds import (
    LATER,
    approve,
    ask,
    fresh,
    pay,
    refund_whole,
    send,
    shrink,
    take,
    tell,
    two_agents,
)
from tests.payments.rest_double import RestDouble

pytestmark = pytest.mark.django_db


@pytest.fixture
def creances():
    with national_scope():
        person = AllocataireFactory(numero="1234567")
        return [
            CreanceFactory(allocataire=person, nature="IN5", rang="001", initial_cents=240_00),
            CreanceFactory(allocataire=person, nature="IM3", rang="002", initial_cents=100_00),
        ]


@pytest.fixture
def paid(creances):
    return pay(*creances)


def balances(creances):
    with national_scope():
        for creance in creances:
            creance.refresh_from_db()
    return [creance.balance_cents for creance in creances]


def lines_of(event):
    with national_scope():
        ecriture = Ecriture.objects.get(event=event)
        return list(
            Ligne.objects.filter(ecriture=ecriture)
            .order_by("position")
            .values_list("compte__number", "auxiliaire", "debit_cents", "credit_cents")
        )


def test_a_whole_refund_raises_every_debt_and_ends_the_payment(creances, paid):
    refund = refund_whole(paid)

    assert (refund.status, refund.kind) == ("DONE", "REFUND")
    assert refund.gateway_id.hex == paid.platform.credits()[0].uuid
    assert balances(creances) == [240_00, 100_00]
    assert paid.reload().status == "REFUNDED"
    assert paid.payment.paid_at is not None
    assert lines_of("CARD_REFUND") == [
        ("409240", "1234567-IM3-002", 100_00, 0),
        ("409220", "1234567-IN5-001", 240_00, 0),
        ("5115", "", 0, 340_00),
    ]
    with national_scope():
        message = Message.objects.get(kind="REFUND_DONE")
        assert message.context["amount_cents"] == 340_00
        assert message.context["raised_cents"] == 340_00
        assert Anomalie.objects.count() == 0
    assert find_breaches() == []


def test_a_part_is_taken_back_from_the_last_debt_first(creances, paid):
    refund_whole(paid, 130_00)

    assert balances(creances) == [30_00, 100_00]
    assert paid.reload().status == "PAID"
    with national_scope():
        given = Mouvement.objects.filter(kind="REMBOURSEMENT").order_by("creance_id")
        assert [each.amount_cents for each in given] == [30_00, 100_00]
    assert find_breaches() == []


def test_parts_sum_to_the_whole_and_then_nothing_is_left(creances, paid):
    asker, decider = two_agents()
    for cents in (130_00, 200_00, 10_00):
        refund = ask(asker, paid, cents)
        approve(decider, refund)
        with paid.platform.listening():
            assert send(refund) == "DONE"

    assert balances(creances) == [240_00, 100_00]
    assert paid.reload().status == "REFUNDED"
    with pytest.raises(AmountNotRefundable):
        ask(asker, paid, 1)
    assert find_breaches() == []


def test_before_the_remittance_the_whole_is_cancelled_and_nothing_is_returned(creances):
    paid = pay(*creances, status="AUTHORISED")

    refund = refund_whole(paid)

    assert (refund.status, refund.kind) == ("DONE", "CANCELLATION")
    assert refund.gateway_id.hex == paid.uuid
    assert paid.platform.credits() == []
    assert paid.platform.find(paid.uuid).status == "CANCELLED"
    assert paid.reload().status == "REFUNDED"
    with national_scope():
        assert Message.objects.filter(kind="PAYMENT_CANCELLED").count() == 1
    assert find_breaches() == []


def test_before_the_remittance_a_part_is_not_taken(creances):
    paid = pay(*creances, status="AUTHORISED")

    refund = refund_whole(paid, 40_00)

    assert (refund.status, refund.kind, refund.gateway_id) == ("DONE", "REDUCTION", None)
    assert paid.platform.find(paid.uuid).amount == 300_00
    assert paid.transaction.amount_cents == 340_00
    assert balances(creances) == [0, 40_00]
    assert find_breaches() == []


def test_a_reduction_then_a_cancellation_give_back_the_whole_once(creances):
    paid = pay(*creances, status="AUTHORISED")
    asker, decider = two_agents()
    with paid.platform.listening():
        for cents in (40_00, 300_00):
            refund = ask(asker, paid, cents)
            approve(decider, refund)
            assert send(refund) == "DONE"

    assert fresh(refund).kind == "CANCELLATION"
    assert balances(creances) == [240_00, 100_00]
    assert find_breaches() == []


def test_the_surplus_goes_back_before_any_debt(creances):
    payment = open_payment(*creances)
    shrink(creances[1], 60_00)
    paid = take(payment, RestDouble())

    refund_whole(paid, 70_00)

    assert balances(creances) == [0, 10_00]
    assert lines_of("CARD_REFUND") == [
        ("409240", "1234567-IM3-002", 10_00, 0),
        ("471", "", 60_00, 0),
        ("5115", "", 0, 70_00),
    ]
    assert find_breaches() == []


def test_the_refund_of_a_duplicate_leaves_the_good_payment_alone(creances, paid):
    twin = take(paid.payment, paid.platform)

    refund = refund_whole(twin)

    assert (refund.status, refund.transaction_id) == ("DONE", twin.transaction.pk)
    assert balances(creances) == [0, 0]
    assert paid.reload().status == "PAID"
    assert lines_of("SUSPENSE_REFUND") == [("471", "", 340_00, 0), ("5115", "", 0, 340_00)]
    with national_scope():
        assert Message.objects.get(kind="REFUND_DONE").context["raised_cents"] == 0
    assert find_breaches() == []


def test_the_good_payment_may_go_back_and_its_duplicate_stay(creances, paid):
    twin = take(paid.payment, paid.platform)

    refund_whole(paid)

    assert balances(creances) == [240_00, 100_00]
    assert paid.reload().status == "REFUNDED"
    with national_scope():
        assert twin.transaction.refunds.count() == 0
    assert find_breaches() == []


def test_money_that_was_held_goes_back_from_the_suspense_account(creances):
    payment = open_payment(*creances)
    amount = {"vads_amount": "10000", "vads_effective_amount": "10000"}
    held = take(payment, RestDouble(), **amount)
    assert held.reload().status == "HELD"

    refund_whole(held, 100_00)

    assert held.reload().status == "REFUNDED"
    assert balances(creances) == [240_00, 100_00]
    assert find_breaches() == []


def test_what_the_asker_saw_must_still_be_true(paid):
    asker, decider = two_agents()
    ask(asker, paid, 40_00)

    with pytest.raises(RefundableChanged, match="300,00"):
        ask(decider, paid, 40_00, stated=340_00)


@pytest.mark.parametrize("cents", [0, -1, 340_01])
def test_an_amount_that_is_not_there_is_refused(paid, cents):
    asker, _ = two_agents()

    with pytest.raises(AmountNotRefundable):
        ask(asker, paid, cents)


def test_a_reason_is_wanted(paid):
    asker, _ = two_agents()
    with caisse_scope(paid.payment.caisse_id), pytest.raises(ReasonMissing):
        ask_refund(
            agent=asker,
            transaction_id=paid.transaction.pk,
            amount_cents=1,
            stated_cents=340_00,
            reason="  ",
            now=LATER,
        )


def test_money_that_never_came_is_not_given_back(creances):
    payment = open_payment(*creances)
    refused = take(payment, RestDouble(), status="REFUSED")
    asker, _ = two_agents()

    with pytest.raises(NothingTaken):
        ask(asker, refused, 1)


def test_inv16_whoever_asks_does_not_decide(paid):
    asker, _ = two_agents()
    refund = ask(asker, paid, 40_00)

    with caisse_scope(refund.caisse_id):
        for decide in (approve_refund, reject_refund):
            with pytest.raises(SamePerson):
                decide(agent=asker, refund_id=refund.pk, now=LATER)


def test_inv16_the_database_wants_two_people(paid):
    asker, _ = two_agents()
    refund = ask(asker, paid, 40_00)

    with (
        caisse_scope(refund.caisse_id),
        pytest.raises(IntegrityError, match="inv16_refund_two_people"),
        transaction.atomic(),
    ):
        Refund.objects.filter(pk=refund.pk).update(decided_by=asker, decided_at=LATER)


def test_inv16_nothing_is_sent_that_nobody_approved(paid):
    asker, _ = two_agents()
    refund = ask(asker, paid, 40_00)

    with (
        caisse_scope(refund.caisse_id),
        pytest.raises(IntegrityError, match="inv16_refund_sent_means_approved"),
        transaction.atomic(),
    ):
        Refund.objects.filter(pk=refund.pk).update(status="SENDING")


def test_an_agent_of_another_fund_neither_asks_nor_decides(paid):
    asker, _ = two_agents()
    refund = ask(asker, paid, 40_00)
    with national_scope():
        stranger = agent_of("331")

    with pytest.raises(AnotherFund):
        ask(stranger, paid, 40_00)
    with pytest.raises(AnotherFund):
        approve(stranger, refund)


def test_a_request_is_decided_once(paid):
    asker, decider = two_agents()
    refund = ask(asker, paid, 40_00)
    approve(decider, refund)

    with pytest.raises(AlreadyDecided):
        approve(decider, refund)


def test_a_rejected_request_frees_its_amount_and_sends_nothing(paid):
    asker, decider = two_agents()
    refund = ask(asker, paid, 340_00)
    with caisse_scope(refund.caisse_id):
        reject_refund(agent=decider, refund_id=refund.pk, now=LATER)

    assert send(refund) is None
    assert ask(asker, paid, 340_00).pk != refund.pk


def test_inv07_the_database_never_gives_back_more_than_was_taken(paid):
    asker, _ = two_agents()
    first = ask(asker, paid, 300_00)

    with (
        caisse_scope(first.caisse_id),
        pytest.raises(IntegrityError, match="inv07: 4001 asked"),
        transaction.atomic(),
    ):
        Refund.objects.create(
            caisse_id=first.caisse_id,
            payment_id=first.payment_id,
            transaction_id=first.transaction_id,
            amount_cents=40_01,
            stated_cents=40_01,
            reason="trop",
            asked_by=asker,
            asked_at=LATER,
        )


def test_inv07_the_control_finds_more_given_back_than_was_taken(paid):
    refund_whole(paid)
    with national_scope():
        Transaction.objects.update(amount_cents=1)

    assert "inv07_refunds_within_what_was_taken" in {breach.rule for breach in find_breaches()}


def test_a_refund_of_ours_told_by_a_notification_is_not_booked_twice(creances, paid):
    refund = refund_whole(paid, 40_00)
    credit = paid.platform.credits()[0]

    said = tell(
        paid,
        vads_operation_type="CREDIT",
        vads_trans_uuid=credit.uuid,
        vads_amount="4000",
        vads_effective_amount="4000",
        vads_url_check_src="MERCH_BO",
    )

    assert said == "ALREADY_APPLIED"
    with national_scope():
        assert list(Refund.objects.values_list("pk", flat=True)) == [refund.pk]
    assert balances(creances) == [0, 40_00]
    assert find_breaches() == []
