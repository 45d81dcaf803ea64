"""Bug 1: the return and the notification of one payment come at the same instant, and both book.

pretix #1166, Adyen for PrestaShop #110, front-commerce pull request 561.
"""

import pytest
from django.db import connection
from django.test import Client

from allocataires.models import Mouvement
from caf_portal.database.scope import national_scope
from payments.models import Payment
from payments.services.invariants import find_breaches
from payments.services.notifications import receive_notification
from relation_usager.models import Message
from tests.allocataires.factories import CreanceFactory
from tests.allocataires.sessions import enter, person_of
from tests.payments.factories import NOW, open_payment, signed_body
from tests.payments.mishaps import Meanwhile, before_statement

FORM = "application/x-www-form-urlencoded"

pytestmark = [pytest.mark.usefixtures("committed_db"), pytest.mark.slow]


@pytest.mark.parametrize("statement", range(1, 32, 5))
def test_bug01_a_return_in_the_middle_of_a_notification_books_once_and_mails_once(statement):
    with national_scope():
        creance = CreanceFactory()
    payment = open_payment(creance)
    browser = Client()
    enter(browser, person_of(creance))
    back = Meanwhile(lambda: browser.get(f"/paiement/retour/{payment.public_id}/"))

    with before_statement(statement, back.start):
        receive_notification(body=signed_body(payment), content_type=FORM, now=NOW)
    back.finish()

    assert back.result.status_code == 302
    connection.close()
    with national_scope():
        assert Payment.objects.get().status == "PAID"
        assert Mouvement.objects.filter(kind="CARTE").count() == 1
        assert Message.objects.count() == 1
    assert find_breaches() == []
