"""The platform's back office lets a merchant change an order's reference: money follows once.

A transaction that was booked under one reference, or under none of ours, and is told again under
another one is neither booked twice nor an error that comes back for ever.
"""

from uuid import uuid4

import pytest

from caf_portal.database.scope import national_scope
from comptabilite.models import Anomalie, Ecriture
from payments.models import Payment, Transaction
from payments.services.invariants import find_breaches
from payments.services.polling import Target, check_payment
from tests.allocataires.factories import CreanceFactory
from tests.payments.factories import open_payment
from tests.payments.refunds import LATER, Paid, pay, tell
from tests.payments.rest_double import RestDouble

pytestmark = pytest.mark.django_db


@pytest.fixture
def creance():
    with national_scope():
        return CreanceFactory()


def status_of(payment):
    with national_scope():
        return Payment.objects.get(pk=payment.pk).status


def balance(creance):
    with national_scope():
        creance.refresh_from_db()
    return creance.balance_cents


def test_money_of_no_order_told_again_under_one_of_ours_is_held_there_once(creance):
    paid = Paid(open_payment(creance), uuid4().hex, RestDouble())
    assert tell(paid, vads_order_id="INCONNUE") == "SUSPENSE"

    assert tell(paid, vads_url_check_src="BO") == "SUSPENSE"

    assert status_of(paid.payment) == "HELD"
    assert balance(creance) == 240_00
    with national_scope():
        assert Ecriture.objects.count() == 1
        assert Transaction.objects.get().payment_id == paid.payment.pk
    assert find_breaches() == []


def test_the_same_found_by_a_poll_ends_the_attempt_too(creance):
    paid = Paid(open_payment(creance), uuid4().hex, RestDouble())
    tell(paid, vads_order_id="INCONNUE")
    paid.platform.took(paid.payment, uuid=paid.uuid)

    with paid.platform.listening():
        target = Target(paid.payment.pk, paid.payment.caisse_id)
        assert check_payment(target, now=LATER) == "HELD"


def test_money_of_one_payment_told_under_another_stays_where_it_is(creance):
    first = pay(creance)
    with national_scope():
        other_debt = CreanceFactory(allocataire=creance.allocataire)
    other = open_payment(other_debt)

    told = tell(Paid(other, first.uuid, first.platform), vads_trans_status="CAPTURED")

    assert told == "SUSPENSE"

    assert (status_of(first.payment), status_of(other)) == ("PAID", "OPEN")
    assert balance(other_debt) == 240_00
    with national_scope():
        assert Transaction.objects.get().payment_id == first.payment.pk
        assert Anomalie.objects.count() == 1
    assert find_breaches() == []


def test_its_cancellation_told_under_another_reference_takes_back_the_right_payment(creance):
    first = pay(creance, status="AUTHORISED")
    with national_scope():
        other_debt = CreanceFactory(allocataire=creance.allocataire)
    other = open_payment(other_debt)

    tell(Paid(other, first.uuid, first.platform), vads_trans_status="CANCELLED")

    assert (status_of(first.payment), status_of(other)) == ("REFUNDED", "OPEN")
    assert balance(creance) == 240_00
    assert find_breaches() == []


def test_a_poll_of_the_other_order_does_not_fail_for_ever(creance):
    first = pay(creance)
    with national_scope():
        other_debt = CreanceFactory(allocataire=creance.allocataire)
    other = open_payment(other_debt)
    first.platform.find(first.uuid).order = other.reference

    with first.platform.listening():
        assert check_payment(Target(other.pk, other.caisse_id), now=LATER) == "EXPIRED"

    assert status_of(first.payment) == "PAID"
    assert find_breaches() == []
