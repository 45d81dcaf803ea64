"""Bug 4: our database is down while the platform speaks, and it will not say it again after a 5xx.

PayZen's page on automatic retries: none after an answer of 4xx or 5xx.
"""

from datetime import timedelta

import pytest
from django.test import Client

from caf_portal.database.scope import national_scope
from payments.models import Notification, Payment
from payments.services.invariants import find_breaches
from payments.services.notifications import GRACE, finish_notifications
from payments.services.polling import Target, check_payment, open_payments
from tests.allocataires.factories import CreanceFactory
from tests.payments.factories import NOW, notification_fields, open_payment, signed_body
from tests.payments.mishaps import before_statement, lose_the_database
from tests.payments.rest_double import RestDouble

FORM = "application/x-www-form-urlencoded"

pytestmark = [pytest.mark.usefixtures("committed_db"), pytest.mark.slow]


@pytest.mark.parametrize("statement", range(1, 31))
def test_bug04_what_was_said_while_the_database_was_down_is_found_without_being_said_again(
    statement,
):
    with national_scope():
        creance = CreanceFactory()
    payment, platform = open_payment(creance), RestDouble()
    uuid = notification_fields(payment)["vads_trans_uuid"]
    platform.took(payment, uuid=uuid)
    browser, body = (
        Client(raise_request_exception=False),
        signed_body(payment, vads_trans_uuid=uuid),
    )

    with before_statement(statement, lose_the_database):
        said = browser.post("/paiement/ipn/", body, content_type=FORM)
    assert said.status_code in {200, 500}

    with national_scope():
        first = Notification.objects.first()
    later = (first.received_at if first else NOW) + GRACE + timedelta(minutes=4)
    finish_notifications(now=later)
    with platform.listening():
        # Still open, or ended and asked about a last time: the answer is the same.
        for target in open_payments(now=later):
            assert check_payment(Target(target.payment_id, target.caisse_id), now=later) == "PAID"

    with national_scope():
        assert Payment.objects.get().status == "PAID"
    assert find_breaches() == []


def test_bug04_the_control_some_of_these_breakdowns_come_before_anything_is_kept():
    with national_scope():
        creance = CreanceFactory()
    body = signed_body(open_payment(creance))

    with before_statement(1, lose_the_database):
        said = Client(raise_request_exception=False).post("/paiement/ipn/", body, content_type=FORM)

    assert said.status_code == 500
    with national_scope():
        assert not Notification.objects.exists()
