"""Bugs 6 to 8: a silence taken for a no, a no hidden in a yes, a refusal shown as paid.

6: Joanie #1024 and #1036. 7: Joanie #1048 (“not found” inside HTTP 200 blocked orders for ever).
8: Joanie #951, nursit/bank #109.
"""

from datetime import timedelta

import pytest

from caf_portal.database.scope import caisse_scope, national_scope
from comptabilite.models import Anomalie
from payments.services.invariants import find_breaches
from payments.services.polling import Target, check_payment, open_payments
from tests.allocataires.factories import CreanceFactory
from tests.allocataires.sessions import enter, person_of
from tests.payments.factories import NOW, open_payment, signed_body
from tests.payments.pages import text_of
from tests.payments.plans import refuse, running_plan
from tests.payments.rest_double import RestDouble

IPN = "/paiement/ipn/"
FORM = "application/x-www-form-urlencoded"
LATER = NOW + timedelta(minutes=5)

pytestmark = pytest.mark.django_db


@pytest.fixture
def creance():
    with national_scope():
        return CreanceFactory()


def balance(creance):
    with caisse_scope(creance.caisse_id):
        creance.refresh_from_db()
    return creance.balance_cents


def test_bug06_a_silence_is_asked_again_and_every_transaction_is_looked_at(creance):
    payment, platform = open_payment(creance), RestDouble()
    target = Target(payment.pk, payment.caisse_id)
    platform.took(payment, uuid="1" * 32, status="REFUSED")
    platform.took(payment, uuid="2" * 32, status="AUTHORISED")
    platform.took(payment, uuid="3" * 32, status="REFUSED")

    with platform.listening():
        platform.trouble = "down"
        assert check_payment(target, now=LATER) is None
        assert open_payments(now=LATER) == [target], "still to be asked about"
        platform.trouble = ""
        assert check_payment(target, now=LATER + timedelta(minutes=2)) == "PAID"

    assert balance(creance) == 0
    assert find_breaches() == []


def test_bug07_not_found_inside_http_200_is_not_paid_and_does_not_block_the_person(client, creance):
    first = open_payment(creance)
    with RestDouble().listening():
        status = check_payment(Target(first.pk, first.caisse_id), now=NOW + timedelta(minutes=21))
    assert status == "EXPIRED"
    assert balance(creance) == 240_00

    second = open_payment(creance, now=NOW + timedelta(minutes=22))
    client.post(IPN, signed_body(second), content_type=FORM)

    assert balance(creance) == 0


def test_bug08_a_refused_due_is_nowhere_shown_as_paid(client, creance):
    plan = running_plan(client, creance, count=3)
    before = balance(creance)

    refuse(client, plan, 2)

    assert balance(creance) == before
    enter(client, person_of(creance))
    with national_scope():
        address = f"/echeancier/{plan.echeancier.public_id}/"
    page = text_of(client.get(address))
    assert "a été refusé par la banque" in page
    assert "Payé 80,00 €" in page
    assert page.count("Payé 80,00 €") == 1, "the first due and no other"
    assert find_breaches() == []


def test_bug08_money_that_the_bank_does_not_remit_after_all_is_before_an_agent(client, creance):
    """Cards have no reject after fifteen days; their like is a remittance that fails."""
    payment = open_payment(creance)
    client.post(IPN, signed_body(payment, vads_trans_uuid="a" * 32), content_type=FORM)

    client.post(
        IPN,
        signed_body(payment, vads_trans_uuid="a" * 32, vads_trans_status="CAPTURE_FAILED"),
        content_type=FORM,
    )

    with caisse_scope(creance.caisse_id):
        assert Anomalie.objects.get().kind == "NOT_COLLECTED"
    assert find_breaches() == []
