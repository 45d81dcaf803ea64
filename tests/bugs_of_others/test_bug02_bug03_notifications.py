"""Bugs 2 and 3: news in any order, news that do not say what we asked.

2: GOV.UK Pay says that the order of its messages is not guaranteed. 3: nothing compares them in
Lingo's handler.
"""

from datetime import timedelta

import pytest

from caf_portal.database.scope import caisse_scope, national_scope
from comptabilite.models import Anomalie
from payments.models import Boutique, Payment
from payments.services.invariants import find_breaches
from payments.services.polling import Target, check_payment
from tests.allocataires.factories import CreanceFactory
from tests.payments.factories import (
    NOW,
    body_of,
    notification_fields,
    open_payment,
    signed,
    signed_body,
)
from tests.payments.rest_double import RestDouble

IPN = "/paiement/ipn/"
FORM = "application/x-www-form-urlencoded"

pytestmark = pytest.mark.django_db


@pytest.fixture
def creance():
    with national_scope():
        return CreanceFactory()


def test_bug02_paid_after_expired_is_paid(client, creance):
    payment = open_payment(creance)
    with RestDouble().listening():
        expired = check_payment(
            Target(payment.pk, payment.caisse_id), now=NOW + timedelta(minutes=40)
        )
    assert expired == "EXPIRED"

    assert client.post(IPN, signed_body(payment), content_type=FORM).content == b"OK-APPLIED"

    with caisse_scope(creance.caisse_id):
        creance.refresh_from_db()
    assert creance.balance_cents == 0
    assert find_breaches() == []


@pytest.mark.parametrize(
    ("differs", "answer", "kinds"),
    [
        ({"vads_amount": "1", "vads_effective_amount": "1"}, 200, ["AMOUNT_MISMATCH"]),
        ({"vads_effective_amount": "23999"}, 200, ["AMOUNT_MISMATCH"]),
        ({"vads_currency": "756"}, 200, ["CURRENCY_MISMATCH"]),
        ({"vads_site_id": "90000331"}, 403, []),
        ({"vads_ctx_mode": "PRODUCTION"}, 404, []),
    ],
    ids=["amount", "taken amount", "currency", "shop", "mode"],
)
def test_bug03_paid_but_not_what_was_asked_never_reaches_the_debt(
    client, creance, differs, answer, kinds
):
    payment = open_payment(creance)
    with national_scope():
        other = Boutique.objects.get(caisse__code="331", mode="TEST")
    changes = {**differs, **({"vads_site_id": other.site_id} if "vads_site_id" in differs else {})}
    fields = signed(payment, {**notification_fields(payment), **changes})

    said = client.post(IPN, body_of(fields), content_type=FORM)

    assert said.status_code == answer
    with caisse_scope(creance.caisse_id):
        creance.refresh_from_db()
        assert creance.balance_cents == 240_00
        assert Payment.objects.get().status in {"OPEN", "HELD"}
        assert list(Anomalie.objects.values_list("kind", flat=True)) == kinds
    assert find_breaches() == []
