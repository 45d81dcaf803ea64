"""A foreign client, eopayment, speaks with the sandbox."""

from decimal import Decimal

import pytest
from django.urls import reverse
from eopayment import CANCELLED, DENIED, PAID, payzen

from payzen_sandbox.models import Payment
from payzen_sandbox.services.returning import way_back
from payzen_sandbox.tests.journey import SITE_ID, shop, type_card

pytestmark = pytest.mark.django_db


@pytest.fixture
def foreign():
    """An eopayment gateway set up as the shop of the tests."""
    return payzen.Payment(
        {
            "secret_test": shop().key_test,
            "vads_site_id": SITE_ID,
            "signature_algo": "hmac_sha256",
            "vads_ctx_mode": "TEST",
            "normal_return_url": "http://shop.example/back/",
            "vads_return_mode": "POST",
        }
    )


def send_form(client, foreign, **options):
    """Have eopayment build a form, post it, and return its reference and our payment."""
    reference, _kind, form = foreign.request(
        Decimal("51.24"), orderid="REMB-1", email="a@example.org", first_name="Renée", **options
    )
    fields = {field["name"]: field["value"] for field in form.fields}
    response = client.post(reverse("entry"), fields)
    assert response.status_code == 303, response.content.decode()
    return reference, Payment.objects.get()


def test_a_form_that_eopayment_builds_is_accepted(client, foreign):
    _reference, payment = send_form(client, foreign)

    assert (payment.amount_cents, payment.order_id) == (5124, "REMB-1")


def test_a_form_that_eopayment_signs_with_sha1_is_the_wrong_algorithm(client, foreign):
    foreign.signature_algo = "sha1"
    _reference, _kind, form = foreign.request(Decimal("51.24"))

    response = client.post(reverse("entry"), {each["name"]: each["value"] for each in form.fields})

    assert "<strong>204</strong>" in response.content.decode()


@pytest.mark.parametrize(
    ("number", "result"), [("4970100000000055", PAID), ("4970100000000113", DENIED)]
)
def test_the_notification_is_authentic_to_eopayment(client, listener, foreign, number, result):
    reference, payment = send_form(client, foreign, transaction_id="our-reference")
    type_card(client, payment, number)

    response = foreign.response(listener.bodies[0])

    assert response.signed
    assert response.test
    assert (response.result, response.transaction_id) == (result, reference)


def test_the_return_of_the_browser_is_authentic_to_eopayment(client, listener, foreign):
    reference, payment = send_form(client, foreign)
    Payment.objects.update(fields={**payment.fields, "vads_return_mode": "GET"})
    type_card(client, payment, "4970100000000055")

    response = foreign.response(way_back(Payment.objects.get()).url.partition("?")[2])

    assert response.signed
    assert (response.result, response.order_id) == (PAID, reference)


def test_a_cancellation_is_authentic_to_eopayment(client, listener, configure, foreign):
    configure(cancel_notifications=True, notification_url=listener.url)
    _reference, payment = send_form(client, foreign)
    client.post(reverse("cancel", args=[payment.public_id]))

    response = foreign.response(listener.bodies[0])

    assert response.signed
    assert response.result == CANCELLED
