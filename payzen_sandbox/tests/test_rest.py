"""The REST API: authentication, envelope, services, errors."""

import json
from base64 import b64encode

import pytest

from payzen_sandbox.services.fault_rules import set_faults
from payzen_sandbox.shops import find_shop
from payzen_sandbox.tests.journey import (
    AUTHENTICATION_REFUSED,
    LATE,
    REFUSED,
    SITE_ID,
    TECHNICAL_ERROR,
    pay,
    shop,
    start,
    type_card,
)

pytestmark = pytest.mark.django_db


def basic(site_id, password):
    return "Basic " + b64encode(f"{site_id}:{password}".encode()).decode()


def call(client, service, body, *, authorization=None, of=None):
    mine = of or shop()
    return client.post(
        f"/api-payment/V4/{service}",
        body if isinstance(body, str) else json.dumps(body),
        content_type="application/json",
        headers={"Authorization": authorization or basic(mine.site_id, mine.rest_password)},
    )


def answer(client, service, body, **options):
    response = call(client, service, body, **options)
    assert response.status_code == 200
    assert response.json()["status"] == "SUCCESS", response.json()
    return response.json()["answer"]


def error(client, service, body, **options):
    response = call(client, service, body, **options)
    assert response.status_code == 200
    envelope = response.json()
    assert envelope["status"] == "ERROR"
    assert envelope["answer"]["_type"] == "V4/WebService/WebServiceError"
    return envelope["answer"]["errorCode"]


def test_sdk_test_says_back_what_it_was_told_in_the_whole_envelope(client):
    envelope = call(client, "Charge/SDKTest", {"value": "é"}).json()

    assert envelope.pop("serverDate").endswith("+00:00")
    assert envelope == {
        "webService": "Charge/SDKTest",
        "version": "V4",
        "applicationVersion": "sandbox",
        "status": "SUCCESS",
        "answer": {"value": "é", "_type": "V4/Type/String"},
        "ticket": None,
        "applicationProvider": "PAYZEN",
        "metadata": None,
        "mode": "TEST",
        "serverUrl": "http://testserver",
        "_type": "V4/WebService/Response",
    }


@pytest.mark.parametrize(
    "authorization",
    [
        "none",
        "Bearer x",
        "Basic !!!",
        "Basic /w==",
        basic(SITE_ID, "wrong"),
        basic(SITE_ID, ""),
        basic("99999999", "x"),
        basic(SITE_ID, "testpassword_é"),
    ],
)
def test_bad_credentials_are_401_with_the_documented_error(client, authorization):
    response = call(client, "Charge/SDKTest", {"value": "x"}, authorization=authorization)

    assert response.status_code == 401
    assert response.json()["answer"]["errorCode"] == "INT_905"


@pytest.mark.parametrize(
    ("service", "body"),
    [
        ("Charge/SDKTest", {}),
        ("Charge/SDKTest", "{"),
        ("Charge/SDKTest", []),
        ("Order/Get", {}),
        ("Order/Get", {"orderId": 12}),
        ("Order/Get", {"orderId": "x", "operationType": "GIFT"}),
        ("Order/Get", {"orderId": "x", "operationType": []}),
        ("Transaction/Get", {"uuid": ""}),
        ("Transaction/Explode", {}),
    ],
)
def test_bad_input_is_int_902(client, service, body):
    assert error(client, service, body) == "INT_902"


def test_an_order_never_paid_is_not_found(client, listener):
    start(client, vads_order_id="NEVER-PAID")

    assert error(client, "Order/Get", {"orderId": "NEVER-PAID"}) == "PSP_010"
    assert error(client, "Transaction/Get", {"uuid": "0" * 32}) == "PSP_010"


def test_a_shop_sees_its_own_transactions_only(client, listener):
    payment = pay(client)
    other = find_shop("90000028")

    uuid = payment.transactions.get().uuid
    assert error(client, "Order/Get", {"orderId": payment.order_id}, of=other) == "PSP_010"
    assert error(client, "Transaction/Get", {"uuid": uuid}, of=other) == "PSP_010"


def test_an_order_lists_every_attempt_refused_ones_included(client, listener):
    payment = pay(client, REFUSED)
    type_card(client, payment, "4970100000000055")

    order = answer(client, "Order/Get", {"orderId": payment.order_id, "operationType": "DEBIT"})

    assert (order["orderCycle"], order["orderStatus"]) == ("CLOSED", "PAID")
    assert order["orderDetails"]["orderTotalAmount"] == 5124
    seen = [
        (each["status"], each["detailedStatus"], each["transactionDetails"]["sequenceNumber"])
        for each in order["transactions"]
    ]
    assert seen == [("UNPAID", "REFUSED", 1), ("PAID", "AUTHORISED", 2)]


def test_an_order_has_no_credit_yet(client, listener):
    payment = pay(client)

    body = {"orderId": payment.order_id, "operationType": "CREDIT"}

    assert error(client, "Order/Get", body) == "PSP_010"


def test_a_transaction_is_told_whole(client, listener):
    payment = pay(
        client,
        vads_trans_id="A1b2C3",
        vads_cust_email="a@example.org",
        vads_ext_info_reference="abc",
        vads_order_info="Indu",
    )
    stored = payment.transactions.get()

    found = answer(client, "Transaction/Get", {"uuid": stored.uuid})

    assert {
        "shopId": SITE_ID,
        "uuid": stored.uuid,
        "amount": 5124,
        "currency": "EUR",
        "paymentMethodType": "CARD",
        "status": "PAID",
        "detailedStatus": "AUTHORISED",
        "operationType": "DEBIT",
        "effectiveStrongAuthentication": "ENABLED",
        "errorCode": None,
        "metadata": {"reference": "abc", "orderInfo": "Indu"},
        "_type": "V4/PaymentTransaction",
    }.items() <= found.items()
    details = found["transactionDetails"]
    card = details["cardDetails"]
    assert (details["liabilityShift"], details["effectiveAmount"]) == ("YES", 5124)
    assert (card["pan"], card["legacyTransId"]) == ("497010XXXXXX0055", "A1b2C3")
    assert card["legacyTransDate"].endswith("+00:00")
    assert card["authorizationResponse"]["authorizationResult"] == "0"
    assert card["authorizationResponse"]["authorizationNumber"] == stored.auth_number
    assert card["authenticationResponse"]["value"]["status"] == "SUCCESS"
    assert found["customer"]["email"] == "a@example.org"


@pytest.mark.parametrize(
    ("number", "code", "detail"),
    [
        (REFUSED, "ACQ_001", "05"),
        (AUTHENTICATION_REFUSED, "AUTH_100", "39"),
        (TECHNICAL_ERROR, "ACQ_999", "96"),
    ],
)
def test_a_refusal_says_why(client, listener, number, code, detail):
    payment = pay(client, number)

    found = answer(client, "Transaction/Get", {"uuid": payment.transactions.get().uuid})

    assert (found["errorCode"], found["detailedErrorCode"]) == (code, detail)


def test_a_late_bank_is_running(client, listener):
    payment = pay(client, LATE)

    order = answer(client, "Order/Get", {"orderId": payment.order_id})

    assert order["orderStatus"] == order["transactions"][0]["status"] == "RUNNING"


def test_a_lost_notification_still_shows(client, listener):
    set_faults(scope="all", next_payment_only=False, asked={"drop": True})
    payment = pay(client)

    order = answer(client, "Order/Get", {"orderId": payment.order_id})

    assert listener.calls == []
    assert order["transactions"][0]["detailedStatus"] == "AUTHORISED"


def test_get_is_not_a_call(client):
    assert client.get("/api-payment/V4/Order/Get").status_code == 405
