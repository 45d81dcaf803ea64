"""Notifications in the REST format: hash over the raw text, the same news as the form's."""

import hashlib
import hmac
import json
from pathlib import Path

import pytest
from django.urls import reverse

from payzen_sandbox.protocol.kr_hash import kr_hash
from payzen_sandbox.shops import find_shop
from payzen_sandbox.tests.journey import SITE_ID, pay, shop, start
from payzen_sandbox.tests.office import advance, done, run, set_rule, set_switches

pytestmark = pytest.mark.django_db
VECTORS = json.loads((Path(__file__).parent / "vectors.json").read_text(encoding="utf-8"))


@pytest.fixture
def told(client, listener):
    """A shop whose rules all speak V4."""
    for rule in ("end_of_payment", "cancellation", "back_office_operation"):
        set_rule(client, rule, on=True, format="v4")
    return listener


def expected_hash(body, password):
    """Computed here by hashlib, apart from the sandbox's own function."""
    text = body["kr-answer"].encode()
    return hmac.new(password.encode(), text, hashlib.sha256).hexdigest()


def answer(body):
    return json.loads(body["kr-answer"])


def test_the_vector_of_the_rest_hash_is_reproduced():
    # The published bodies are not ours to copy: the file keeps their hashes only.
    (vector,) = (each for each in VECTORS["rest_v4_hash"] if "kr-answer" in each)

    assert kr_hash(vector["kr-answer"], key=vector["key"]) == vector["kr-hash"]


def test_a_payment_is_told_whole_and_hashed_as_sent(client, told):
    payment = pay(client, vads_ext_info_reference="é/1")

    (body,) = told.calls
    assert set(body) == {
        "kr-hash",
        "kr-hash-algorithm",
        "kr-hash-key",
        "kr-answer-type",
        "kr-answer",
        "kr-src",
    }
    assert body["kr-hash"] == expected_hash(body, shop().rest_password)
    assert (body["kr-hash-algorithm"], body["kr-hash-key"]) == ("sha256_hmac", "password")
    assert (body["kr-answer-type"], body["kr-src"]) == ("V4/Payment", "PAY")
    order = answer(body)
    assert (order["shopId"], order["orderStatus"], order["orderCycle"]) == (
        SITE_ID,
        "PAID",
        "CLOSED",
    )
    assert order["orderDetails"]["mode"] == "TEST"
    (transaction,) = order["transactions"]
    assert transaction["uuid"] == payment.transactions.get().uuid
    assert (transaction["amount"], transaction["detailedStatus"]) == (5124, "AUTHORISED")
    assert transaction["metadata"] == {"reference": "é/1"}


def test_an_operation_tells_the_transaction_concerned(client, told):
    debit = done(client, pay(client).transactions.get(), "capture")
    credit = done(client, debit, "refund", amount=100)

    body = told.calls[-1]
    (transaction,) = answer(body)["transactions"]
    assert body["kr-src"] == "MERCH_BO"
    assert (transaction["uuid"], transaction["operationType"]) == (credit.uuid, "CREDIT")
    assert transaction["transactionDetails"]["parentTransactionUuid"] == debit.uuid


def test_an_abandoned_payment_has_no_transaction(client, told):
    client.post(reverse("cancel", args=[start(client).public_id]))

    order = answer(told.calls[0])
    assert (order["orderStatus"], order["transactions"]) == ("ABANDONED", [])


@pytest.mark.parametrize(
    ("fault", "read", "value"),
    [
        ("wrong_amount", lambda order: order["transactions"][0]["amount"], 5224),
        ("wrong_amount", lambda order: order["orderDetails"]["orderTotalAmount"], 5224),
        ("wrong_currency", lambda order: order["transactions"][0]["currency"], "USD"),
        ("wrong_mode", lambda order: order["orderDetails"]["mode"], "PRODUCTION"),
    ],
)
def test_a_wrong_value_is_hashed_correctly(client, told, fault, read, value):
    set_switches(client, **{fault: True})

    pay(client)

    (body,) = told.calls
    assert read(answer(body)) == value
    assert body["kr-hash"] == expected_hash(body, shop().rest_password)


def test_another_status_is_told_in_this_format_too(client, told):
    set_switches(client, trans_status="SUSPENDED")

    pay(client)

    assert answer(told.calls[0])["transactions"][0]["detailedStatus"] == "SUSPENDED"


def test_a_wrong_signature_is_nobodys(client, told):
    set_switches(client, wrong_signature=True)

    pay(client)

    (body,) = told.calls
    assert len(body["kr-hash"]) == 64
    assert body["kr-hash"] != expected_hash(body, shop().rest_password)


def test_a_wrong_shop_is_hashed_with_its_own_password(client, told):
    set_switches(client, wrong_shop=True)

    pay(client)

    (body,) = told.calls
    other = find_shop(answer(body)["shopId"])
    assert other.site_id != SITE_ID
    assert body["kr-hash"] == expected_hash(body, other.rest_password)


def test_a_retry_says_so_and_keeps_the_same_text(client, told):
    set_rule(client, "end_of_payment", retry=True)
    told.status = 500
    pay(client)
    advance(client, seconds=900)
    run(client, "retries")

    first, again = told.calls
    assert (first["kr-src"], again["kr-src"]) == ("PAY", "RETRY")
    assert again["kr-answer"] == first["kr-answer"]
