"""A shop out of service starts nothing; what was paid there is still heard."""

import pytest

from caf_portal.database.scope import caisse_scope, national_scope
from payments.models import Boutique, Payment
from payments.services.starting import ShopMissing
from tests.allocataires.factories import CreanceFactory
from tests.payments.factories import open_payment, signed_body

IPN = "/paiement/ipn/"
FORM = "application/x-www-form-urlencoded"

pytestmark = pytest.mark.django_db


@pytest.fixture
def creance():
    with national_scope():
        return CreanceFactory()


def close_shop(caisse_id):
    with caisse_scope(caisse_id):
        Boutique.objects.update(active=False)


def test_a_payment_made_before_its_shop_closed_is_booked(client, creance):
    payment = open_payment(creance)
    body = signed_body(payment)
    close_shop(payment.caisse_id)

    assert client.post(IPN, body, content_type=FORM).content == b"OK-APPLIED"
    with caisse_scope(payment.caisse_id):
        assert Payment.objects.get().status == "PAID"


def test_a_closed_shop_starts_no_payment(creance):
    close_shop(creance.caisse_id)

    with pytest.raises(ShopMissing):
        open_payment(creance)


def test_a_key_that_was_changed_opens_nothing_in_a_closed_shop_either(client, creance):
    body = signed_body(open_payment(creance))
    close_shop(creance.caisse_id)
    with caisse_scope(creance.caisse_id):
        Boutique.objects.update(key="0" * 16)

    assert client.post(IPN, body, content_type=FORM).status_code == 403
