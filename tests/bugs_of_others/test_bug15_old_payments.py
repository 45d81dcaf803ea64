"""Bug 15: what is older than six months cannot be found any more (Lyra's limit).

The file of the year, to be made while payments go on, comes with the exports (issue 5).
"""

from datetime import timedelta

import pytest
import time_machine

from caf_portal.database.scope import national_scope
from payments.services.notifications import receive_notification
from tests.allocataires.factories import CreanceFactory
from tests.caisses.factories import agent_of, entered
from tests.payments.factories import NOW, open_payment, signed_body

FORM = "application/x-www-form-urlencoded"

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("years", [1, 3, 9])
def test_bug15_a_payment_of_years_ago_is_found_by_everything_that_names_it(years):
    with national_scope():
        creance = CreanceFactory()
        numero = creance.allocataire.numero
    payment = open_payment(creance)
    receive_notification(
        body=signed_body(payment, vads_trans_uuid="ab" * 16), content_type=FORM, now=NOW
    )

    with time_machine.travel(NOW + timedelta(days=365 * years), tick=False):
        with national_scope():
            agent = entered(agent_of("011"))
        for words in (payment.reference, "ab" * 16, numero):
            found = agent.get("/agents/payments/payment/", {"q": words}).context["cl"].result_list
            assert [row.pk for row in found] == [payment.pk], words
