"""Bugs 9 to 12: money given back twice, from the wrong payment, in the wrong period, unheard of.

9: eventyay #1405. 10: pretix #343. 11: bcgov/entity 23191, 28787, 24294. 12: PayZen's separate
rule for operations made in its back office.
"""

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from caf_portal.database.scope import national_scope
from comptabilite.models import Anomalie, Ecriture
from payments.models import Payment
from payments.services.invariants import find_breaches
from payments.services.notifications import receive_notification
from payments.services.refunding import RefundableChanged
from payments.services.remains import refundable_cents
from tests.allocataires.factories import CreanceFactory
from tests.payments.factories import open_payment, signed_body
from tests.payments.refunds import approve, ask, pay, send, take, tell, two_agents

FORM = "application/x-www-form-urlencoded"
#: 30 November at 23:50 in Paris, and the morning after: two days, two months.
BEFORE_MIDNIGHT = datetime(2026, 11, 30, 22, 50, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture
def creance():
    with national_scope():
        return CreanceFactory()


def test_bug09_of_two_requests_on_the_last_euros_the_second_is_told_so(creance):
    paid = pay(creance)
    asker, _ = two_agents()
    ask(asker, paid, 200_00)

    with pytest.raises(RefundableChanged):
        ask(asker, paid, 200_00, stated=240_00)

    with national_scope():
        assert refundable_cents(paid.transaction) == 40_00
    assert find_breaches() == []


def test_bug10_the_refund_of_a_duplicate_leaves_the_good_payment_and_its_debt_alone(creance):
    good = pay(creance)
    duplicate = take(good.payment, good.platform)
    asker, decider = two_agents()
    refund = ask(asker, duplicate, 240_00)
    approve(decider, refund)

    with good.platform.listening():
        assert send(refund) == "DONE"

    assert good.reload().status == "PAID"
    with national_scope():
        creance.refresh_from_db()
        assert refundable_cents(good.transaction) == 240_00
    assert creance.balance_cents == 0
    assert find_breaches() == []


def test_bug11_a_refund_is_in_its_own_day_once_and_the_closed_day_does_not_change(creance):
    """The accounting exports come with issue 5; the dates that they will read are these."""
    paid = pay(creance)
    with national_scope():
        before = snapshot()
    credit = {
        "vads_operation_type": "CREDIT",
        "vads_url_check_src": "MERCH_BO",
        "vads_trans_uuid": uuid4().hex,
        "vads_amount": "4000",
        "vads_effective_amount": "4000",
    }

    for minutes in (20, 40):  # told before midnight and again after: one fact, one day
        body = signed_body(paid.payment, **credit)
        now = BEFORE_MIDNIGHT.replace(minute=0, hour=22 + minutes // 40)
        receive_notification(body=body, content_type=FORM, now=now)

    with national_scope():
        after = snapshot()
        refund = Ecriture.objects.get(event="CARD_REFUND")
    assert before.items() <= after.items()
    assert len(after) == len(before) + 1
    assert refund.accounting_on.isoformat() == "2026-11-30"
    assert find_breaches() == []


def snapshot():
    """Everything that an export of the journal would read, by écriture."""
    return {
        ecriture.pk: (
            ecriture.accounting_on,
            tuple(ecriture.lignes.order_by("position").values_list("debit_cents", "credit_cents")),
        )
        for ecriture in Ecriture.objects.all()
    }


def test_bug12_a_duplicate_made_in_the_platforms_back_office_is_held_and_shown(creance):
    paid = pay(creance)

    assert tell(paid, vads_trans_uuid=uuid4().hex, vads_url_check_src="MERCH_BO") == "SUSPENSE"

    with national_scope():
        creance.refresh_from_db()
        assert Anomalie.objects.get().kind == "SECOND_PAYMENT"
    assert creance.balance_cents == 0
    assert find_breaches() == []


def test_bug12_a_payment_validated_in_the_platforms_back_office_is_booked(creance):
    payment = open_payment(creance)
    uuid = uuid4().hex
    for status, source in (("AUTHORISED_TO_VALIDATE", "PAY"), ("AUTHORISED", "MERCH_BO")):
        body = signed_body(
            payment, vads_trans_uuid=uuid, vads_trans_status=status, vads_url_check_src=source
        )
        receive_notification(body=body, content_type=FORM, now=BEFORE_MIDNIGHT)

    with national_scope():
        assert Payment.objects.get().status == "PAID"
    assert find_breaches() == []


@pytest.mark.parametrize(
    ("changes", "left_cents"),
    [({"vads_trans_status": "CANCELLED"}, 240_00), ({"vads_effective_amount": "10000"}, 140_00)],
    ids=["cancelled", "lowered"],
)
def test_bug12_a_change_made_in_the_platforms_back_office_reaches_the_debt(
    creance, changes, left_cents
):
    paid = pay(creance, status="AUTHORISED")

    said = {"vads_trans_status": "AUTHORISED", "vads_url_check_src": "MERCH_BO", **changes}
    assert tell(paid, **said) == "APPLIED"

    with national_scope():
        creance.refresh_from_db()
    assert creance.balance_cents == left_cents
    assert find_breaches() == []
