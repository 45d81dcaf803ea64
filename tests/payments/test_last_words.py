"""What the platform says last of money that was given back, lowered or never attributed.

Nothing of it may pass in silence: it is booked, or an agent sees it.
"""

from datetime import timedelta
from uuid import uuid4

import pytest

from caf_portal.database.scope import national_scope
from comptabilite.models import Anomalie
from payments.models import Payment, Refund
from payments.services.invariants import find_breaches
from payments.services.refund_sending import SILENCE
from tests.allocataires.factories import CreanceFactory
from tests.payments.factories import open_payment
from tests.payments.refunds import (
    LATER,
    Paid,
    approve,
    ask,
    fresh,
    pay,
    send,
    take,
    tell,
    two_agents,
)
from tests.payments.rest_double import RestDouble
from tests.payments.test_back_office_operations import credit

pytestmark = pytest.mark.django_db
AFTERWARDS = SILENCE + timedelta(seconds=1)


@pytest.fixture
def creance():
    with national_scope():
        return CreanceFactory()


def kinds():
    with national_scope():
        return list(Anomalie.objects.order_by("pk").values_list("kind", flat=True))


def test_money_collected_after_its_cancellation_is_shown_to_an_agent(creance):
    paid = pay(creance, status="AUTHORISED")
    tell(paid, vads_trans_status="CANCELLED")

    assert tell(paid, vads_trans_status="CAPTURED") == "SUSPENSE"

    assert kinds() == ["BACK_OFFICE_OPERATION"]


def test_more_collected_than_was_left_is_shown_to_an_agent(creance):
    paid = pay(creance, status="AUTHORISED")
    tell(paid, vads_effective_amount="20000")

    assert tell(paid, vads_trans_status="CAPTURED") == "SUSPENSE"

    assert kinds() == ["BACK_OFFICE_OPERATION"]


def test_what_was_left_and_is_collected_troubles_nobody(creance):
    paid = pay(creance, status="AUTHORISED")
    tell(paid, vads_effective_amount="20000")

    assert tell(paid, vads_trans_status="CAPTURED", vads_effective_amount="20000") == (
        "ALREADY_APPLIED"
    )
    assert tell(paid, vads_trans_status="AUTHORISED") == "ALREADY_APPLIED"

    assert kinds() == []


def test_money_of_no_order_that_is_lowered_is_shown_to_an_agent(creance):
    paid = Paid(open_payment(creance), uuid4().hex, RestDouble())
    tell(paid, vads_order_id="INCONNUE")

    assert tell(paid, vads_order_id="INCONNUE", vads_effective_amount="20000") == "SUSPENSE"

    assert sorted(kinds()) == ["BACK_OFFICE_OPERATION", "UNKNOWN_ORDER"]


def test_money_given_back_on_an_attempt_that_never_brought_any_is_shown_to_an_agent(creance):
    paid = Paid(open_payment(creance), uuid4().hex, RestDouble())
    tell(paid, vads_trans_status="REFUSED")

    assert credit(paid, 40_00) == "SUSPENSE"

    assert kinds() == ["BACK_OFFICE_OPERATION"]


def twice_paid(creance):
    """One order, two transactions of the same amount: the second is held."""
    first = pay(creance)
    return first, take(first.payment, first.platform)


def test_a_credit_that_could_be_of_two_transactions_ends_no_refund_before_it_is_asked(creance):
    first, second = twice_paid(creance)
    asker, decider = two_agents()
    refunds = [approve(decider, ask(asker, each, 40_00)) for each in (first, second)]
    # Both were sent, and their answers are on their way.
    with national_scope():
        Refund.objects.update(sent_at=LATER)
    of_second = second.platform.credit(second.uuid, 40_00)
    of_first = first.platform.credit(first.uuid, 40_00)

    assert credit(second, 40_00, uuid=of_second.uuid) == "SUSPENSE"
    assert credit(first, 40_00, uuid=of_first.uuid) == "SUSPENSE"
    with first.platform.listening():
        for each in refunds:
            send(each, after=AFTERWARDS)

    assert [fresh(each).gateway_id.hex for each in refunds] == [of_first.uuid, of_second.uuid]
    assert len(first.platform.credits()) == 2
    with national_scope():
        assert Payment.objects.get().status == "PAID"
    assert find_breaches() == []


def test_a_credit_made_at_the_platform_on_another_transaction_is_not_taken_for_ours(creance):
    first, second = twice_paid(creance)
    asker, decider = two_agents()
    refund = approve(decider, ask(asker, first, 40_00))
    with national_scope():
        Refund.objects.update(sent_at=LATER)
    theirs = second.platform.credit(second.uuid, 40_00)

    assert credit(second, 40_00, uuid=theirs.uuid) == "SUSPENSE"
    with first.platform.listening():
        assert send(refund, after=AFTERWARDS) == "DONE"

    with national_scope():
        done = dict(Refund.objects.values_list("transaction__uuid", "amount_cents"))
    assert {key.hex: value for key, value in done.items()} == {
        first.uuid: 40_00,
        second.uuid: 40_00,
    }
    assert find_breaches() == []
