"""Authentic nonsense: nothing that the platform writes is lost, or tried again for ever."""

from datetime import timedelta

import pytest
import responses

from caf_portal.database.scope import caisse_scope, national_scope
from comptabilite.models import Anomalie, Ecriture
from payments.models import NotificationOutcome, Payment
from payments.services.notifications import finish_notifications
from payments.services.polling import Target, check_payment
from tests.allocataires.factories import CreanceFactory
from tests.payments.factories import NOW, open_payment, signed_body

IPN = "/paiement/ipn/"
FORM = "application/x-www-form-urlencoded"
ORDER_GET = "http://127.0.0.1:9/api-payment/V4/Order/Get"
LATER = NOW + timedelta(minutes=5)

pytestmark = pytest.mark.django_db


@pytest.fixture
def payment():
    with national_scope():
        creance = CreanceFactory()
    return open_payment(creance)


@pytest.mark.parametrize(
    "changes",
    [
        {"vads_operation_type": "DEBIT_OF_A_KIND_TO_COME"},
        {"vads_sequence_number": "999999999999"},
        {"vads_order_id": "A" * 300},
        {"vads_order_id": "A" * 300, "vads_operation_type": "CREDIT", "vads_trans_uuid": ""},
        {"vads_trans_status": "Z" * 500},
        {"vads_card_brand": "É" * 300, "vads_card_number": "4" * 300, "vads_auth_number": "x" * 99},
        {"vads_effective_amount": "999999999999"},
    ],
    ids="-".join,
)
def test_a_notification_with_odd_values_is_judged_at_once(client, payment, changes):
    answer = client.post(IPN, signed_body(payment, **changes), content_type=FORM)

    assert answer.status_code == 200
    with caisse_scope(payment.caisse_id):
        assert NotificationOutcome.objects.count() == 1
    assert finish_notifications(now=LATER) == 0


def test_an_amount_goes_with_the_currency_it_is_in(client, payment):
    """26,000 cents of dollars do not enter a ledger of euros, whatever was asked."""
    body = signed_body(payment, vads_effective_amount="26000", vads_effective_currency="840")

    assert client.post(IPN, body, content_type=FORM).content == b"OK-SUSPENSE"

    with caisse_scope(payment.caisse_id):
        assert Anomalie.objects.get().kind == "CURRENCY_MISMATCH"
        assert not Ecriture.objects.exists()


def polled(payment, **changes):
    transaction = {
        "uuid": "d" * 32,
        "amount": payment.amount_cents,
        "currency": "EUR",
        "detailedStatus": "AUTHORISED",
        "operationType": "DEBIT",
        **changes,
    }
    json = {"status": "SUCCESS", "mode": "TEST", "answer": {"transactions": [transaction]}}
    responses.post(ORDER_GET, json=json)
    return check_payment(Target(payment.pk, payment.caisse_id), now=LATER)


@responses.activate
@pytest.mark.parametrize("amount", [-1, 240.5, "24000", True, None, float("inf"), 10**15])
def test_an_amount_that_is_not_a_whole_number_of_cents_is_not_believed(payment, amount):
    assert polled(payment, amount=amount) is None

    with caisse_scope(payment.caisse_id):
        assert Payment.objects.get().status == "OPEN"
        assert not Ecriture.objects.exists()


@responses.activate
def test_an_amount_lowered_at_the_platform_is_what_the_poll_reads(payment):
    details = {"effectiveAmount": 200_00, "effectiveCurrency": "EUR", "sequenceNumber": 1}

    assert polled(payment, transactionDetails=details) == "HELD"

    with caisse_scope(payment.caisse_id):
        assert Anomalie.objects.get().amount_cents == 200_00


@responses.activate
@pytest.mark.parametrize("sequence", [10**12, "one", -1])
def test_an_odd_sequence_number_stops_no_worker(payment, sequence):
    assert polled(payment, transactionDetails={"sequenceNumber": sequence}) is None
