"""Words for the tests: build a form, walk through the pages."""

from datetime import UTC, datetime
from itertools import count
from typing import Any

from django.test import Client
from django.urls import reverse

from payzen_sandbox.models import Payment
from payzen_sandbox.protocol.instants import to_vads
from payzen_sandbox.protocol.signature import sign
from payzen_sandbox.shops import Shop, shops_of_the_file

SITE_ID = "90000011"
ACCEPTED = "4970100000000055"
REFUSED = "4970100000000113"
CHALLENGE = "4970100000000337"
AUTHENTICATION_REFUSED = "4970110000000401"
LATE = "4970100000000683"
TECHNICAL_ERROR = "4970100000000964"
CHALLENGE_CODE_TYPED = {"code": "1234"}

_trans_ids = count(100_000)


def shop() -> Shop:
    """The shop of the tests, as the file has it: a served sandbox keeps its changes elsewhere."""
    return shops_of_the_file()[SITE_ID]


def unsigned_form(**changes: str | None) -> dict[str, str]:
    """A right form of 51,24 €; None removes a field."""
    fields: dict[str, str | None] = {
        "vads_version": "V2",
        "vads_site_id": SITE_ID,
        "vads_trans_id": str(next(_trans_ids)),
        "vads_trans_date": to_vads(datetime.now(tz=UTC)),
        "vads_payment_config": "SINGLE",
        "vads_amount": "5124",
        "vads_currency": "978",
        "vads_ctx_mode": "TEST",
        "vads_page_action": "PAYMENT",
        "vads_action_mode": "INTERACTIVE",
        "vads_order_id": "REMB-2026-0001",
        **changes,
    }
    return {name: value for name, value in fields.items() if value is not None}


def signed_form(**changes: str | None) -> dict[str, str]:
    """The same, signed as the shop of the tests signs."""
    fields = unsigned_form(**changes)
    return {**fields, "signature": sign(fields, key=shop().key_test, algorithm=shop().algorithm)}


def start(client: Client, **changes: str | None) -> Payment:
    """Send the form and return the payment it opened."""
    response = client.post(reverse("entry"), signed_form(**changes))
    assert response.status_code == 303, response.content.decode()
    return Payment.objects.order_by("-pk")[0]


def type_card(client: Client, payment: Payment, number: str, **changes: str) -> Any:
    """Choose CB and send the card."""
    client.post(reverse("method", args=[payment.public_id]), {"network": "CB"})
    data = {"number": number, "expiry": "12/40", "cvv": "123", **changes}
    return client.post(reverse("card", args=[payment.public_id]), data)


def pay(client: Client, number: str = ACCEPTED, **changes: str | None) -> Payment:
    """The whole way from the form to the result."""
    payment = start(client, **changes)
    type_card(client, payment, number)
    payment.refresh_from_db()
    return payment


def result_page(client: Client, payment: Payment) -> str:
    """The ticket's HTML."""
    response = client.get(reverse("result", args=[payment.public_id]))
    assert response.status_code == 200, response.headers
    return response.content.decode()
