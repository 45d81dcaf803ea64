"""A notification that books a payment stays small: at most 12 SQL statements."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from caf_portal.database.scope import national_scope
from tests.allocataires.factories import AllocataireFactory, CreanceFactory
from tests.payments.factories import open_payment, signed_body

IPN = "/paiement/ipn/"
FORM = "application/x-www-form-urlencoded"
LIMIT = 12
#: Opening and closing the two transactions is not a statement about data.
TRANSACTION_WORDS = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")

pytestmark = pytest.mark.usefixtures("committed_db")


def statements(captured):
    return [query["sql"] for query in captured if not query["sql"].startswith(TRANSACTION_WORDS)]


@pytest.mark.parametrize("debts", [1, 5])
def test_booking_takes_twelve_statements_at_most_whatever_the_number_of_debts(client, debts):
    with national_scope():
        person = AllocataireFactory()
        creances = [CreanceFactory(allocataire=person) for _ in range(debts)]
    body = signed_body(open_payment(*creances))

    with CaptureQueriesContext(connection) as captured:
        answer = client.post(IPN, body, content_type=FORM)

    assert answer.content == b"OK-APPLIED"
    written = statements(captured)
    assert len(written) <= LIMIT, "\n".join(written)


def test_a_second_notification_costs_less(client):
    with national_scope():
        creance = CreanceFactory()
    body = signed_body(open_payment(creance))
    client.post(IPN, body, content_type=FORM)

    with CaptureQueriesContext(connection) as captured:
        client.post(IPN, body, content_type=FORM)

    assert len(statements(captured)) <= LIMIT - 3
