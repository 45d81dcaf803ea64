"""Giving money back at PayZen: which service is called, and what each answer means."""

import json
from datetime import date
from uuid import UUID

import pytest
import requests
import responses

from payments.gateways.base import (
    AlreadyCancelled,
    AlreadyGivenBack,
    ChargedBack,
    CredentialsWrong,
    GatewayRefused,
    GatewayTimeout,
    GatewayUnreachable,
    GiveBackKind,
    GiveBackRequest,
    NothingToChange,
    NotOffered,
    Result,
    UnknownTransaction,
    WrongStatus,
)
from payments.gateways.payzen.gateway import PayZenGateway
from payments.gateways.payzen.rest import RestClient
from payments.gateways.payzen.shop import Shop

BASE = "http://127.0.0.1:9/api-payment"
SHOP = Shop(site_id="90000011", mode="TEST", algorithm="HMAC-SHA-256", key="k", rest_password="p")
PAID = UUID("e" * 32)
CREDIT = UUID("c" * 32)
GATEWAY = PayZenGateway(shop=SHOP, form_url="http://127.0.0.1:9/vads-payment/", rest_url=BASE)
CLIENT = RestClient(base_url=BASE, shop=SHOP)


@pytest.fixture
def platform():
    with responses.RequestsMock() as mock:
        yield mock


def transaction(status, *, uuid=PAID, amount=100_00, operation="DEBIT", **more):
    return {
        "uuid": uuid.hex,
        "amount": amount,
        "currency": "EUR",
        "detailedStatus": status,
        "operationType": operation,
        "orderDetails": {"orderId": "P261120-7KQ2M9TX"},
        "transactionDetails": {},
        **more,
    }


def success(answer):
    return {"status": "SUCCESS", "mode": "TEST", "answer": answer}


def failure(code):
    return {
        "status": "ERROR",
        "mode": "TEST",
        "answer": {"errorCode": code, "errorMessage": "said by the platform"},
    }


def serve(platform, **answers):
    for name, answer in answers.items():
        platform.post(f"{BASE}/V4/Transaction/{name}", json=answer)


def request(amount=100_00, left=100_00):
    return GiveBackRequest(PAID, amount, left, "remboursement")


def asked(platform, call):
    return json.loads(platform.calls[call].request.body)


def test_what_was_remitted_is_refunded_by_a_credit(platform):
    credit = transaction("AUTHORISED", uuid=CREDIT, amount=40_00, operation="CREDIT")
    serve(platform, Get=success(transaction("CAPTURED")), CancelOrRefund=success(credit))

    report = GATEWAY.give_back(request(amount=40_00))

    assert (report.kind, report.credit_id) == (GiveBackKind.REFUND, CREDIT)
    assert report.result == Result.PAID
    assert asked(platform, 1) == {
        "uuid": PAID.hex,
        "amount": 40_00,
        "currency": "EUR",
        "resolutionMode": "REFUND_ONLY",
        "comment": "remboursement",
    }


@pytest.mark.parametrize(
    "status", ["AUTHORISED", "WAITING_AUTHORISATION", "AUTHORISED_TO_VALIDATE"]
)
def test_the_whole_of_what_was_not_remitted_is_cancelled(platform, status):
    serve(
        platform,
        Get=success(transaction(status)),
        CancelOrRefund=success(transaction("CANCELLED")),
    )

    report = GATEWAY.give_back(request())

    assert (report.kind, report.credit_id) == (GiveBackKind.CANCELLATION, None)
    assert report.result == Result.PAID
    assert asked(platform, 1)["resolutionMode"] == "CANCELLATION_ONLY"


def test_a_part_of_what_was_not_remitted_is_not_taken(platform):
    serve(
        platform,
        Get=success(transaction("AUTHORISED", amount=90_00)),
        Update=success(transaction("AUTHORISED", amount=50_00)),
    )

    report = GATEWAY.give_back(request(amount=40_00, left=90_00))

    assert report.kind == GiveBackKind.REDUCTION
    assert asked(platform, 1)["cardUpdate"] == {"amount": 50_00, "currency": "EUR"}


def test_a_remittance_between_the_question_and_the_request_changes_the_way_once(platform):
    credit = transaction("AUTHORISED", uuid=CREDIT, operation="CREDIT")
    serve(platform, Get=success(transaction("AUTHORISED")))
    platform.post(f"{BASE}/V4/Transaction/CancelOrRefund", json=failure("PSP_075"))
    platform.post(f"{BASE}/V4/Transaction/CancelOrRefund", json=success(credit))

    assert GATEWAY.give_back(request()).kind == GiveBackKind.REFUND


def test_a_refund_that_comes_too_early_becomes_a_cancellation(platform):
    serve(platform, Get=success(transaction("CAPTURED")))
    platform.post(f"{BASE}/V4/Transaction/CancelOrRefund", json=failure("PSP_076"))
    platform.post(f"{BASE}/V4/Transaction/CancelOrRefund", json=success(transaction("CANCELLED")))

    assert GATEWAY.give_back(request()).kind == GiveBackKind.CANCELLATION


def test_a_refund_that_the_platform_will_make_later_is_pending(platform):
    credit = transaction("REFUND_TO_RETRY", uuid=CREDIT, operation="CREDIT")
    serve(platform, Get=success(transaction("CAPTURED")), CancelOrRefund=success(credit))

    assert GATEWAY.give_back(request()).result == Result.PENDING


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("PSP_011", WrongStatus),
        ("PSP_043", NotOffered),
        ("PSP_083", ChargedBack),
        ("PSP_100", NotOffered),
        ("PSP_104", AlreadyGivenBack),
        ("PSP_105", AlreadyCancelled),
        ("INT_905", CredentialsWrong),
        ("PSP_999", GatewayRefused),
    ],
)
def test_each_refusal_has_its_type(platform, code, error):
    serve(platform, Get=success(transaction("CAPTURED")), CancelOrRefund=failure(code))

    with pytest.raises(error) as refused:
        GATEWAY.give_back(request())

    assert type(refused.value) is error
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("state", "error"),
    [
        ("CANCELLED", AlreadyCancelled),
        ("CANCELED", AlreadyCancelled),
        ("REFUSED", WrongStatus),
        ("EXPIRED", WrongStatus),
        ("", WrongStatus),
    ],
)
def test_a_transaction_that_holds_no_money_is_not_asked_for_any(platform, state, error):
    serve(platform, Get=success(transaction(state)))

    with pytest.raises(error):
        GATEWAY.give_back(request())

    assert len(platform.calls) == 1


def test_a_transaction_that_the_platform_does_not_know_is_said_so(platform):
    serve(platform, Get=failure("PSP_010"))

    with pytest.raises(UnknownTransaction):
        GATEWAY.give_back(request())


@pytest.mark.parametrize("body", [json.dumps(failure("INT_905")), "<html>401</html>", ""])
def test_bad_credentials_are_the_same_in_http_401_with_or_without_json(platform, body):
    platform.post(f"{BASE}/V4/Transaction/Get", body=body, status=401)

    with pytest.raises(CredentialsWrong):
        GATEWAY.give_back(request())


def test_a_time_out_is_neither_a_yes_nor_a_no(platform):
    serve(platform, Get=success(transaction("CAPTURED")))
    platform.post(f"{BASE}/V4/Transaction/CancelOrRefund", body=requests.ReadTimeout())

    with pytest.raises(GatewayTimeout):
        GATEWAY.give_back(request())


@pytest.mark.parametrize(
    ("state", "service", "answer"),
    [
        ("CAPTURED", "CancelOrRefund", transaction("CAPTURED")),
        ("AUTHORISED", "CancelOrRefund", transaction("AUTHORISED")),
    ],
)
def test_an_answer_about_something_else_is_not_taken_for_done(platform, state, service, answer):
    serve(platform, Get=success(transaction(state)), **{service: success(answer)})

    with pytest.raises(GatewayUnreachable):
        GATEWAY.give_back(request())


def test_a_reduction_that_answers_with_another_amount_is_not_taken_for_done(platform):
    serve(
        platform,
        Get=success(transaction("AUTHORISED")),
        Update=success(transaction("AUTHORISED", amount=1)),
    )

    with pytest.raises(GatewayUnreachable):
        GATEWAY.give_back(request(amount=40_00))


def test_a_due_to_come_is_cancelled(platform):
    serve(platform, Cancel=success(transaction("CANCELLED")))

    assert GATEWAY.cancel(transaction_id=PAID, comment="arrêt").result == Result.CANCELLED


def test_a_due_to_come_is_put_off_to_another_day(platform):
    card = {"cardDetails": {"expectedCaptureDate": "2027-01-06T12:00:00+00:00"}}
    serve(
        platform,
        Update=success(transaction("WAITING_AUTHORISATION", transactionDetails=card)),
    )

    report = GATEWAY.put_off(transaction_id=PAID, to_on=date(2027, 1, 6), comment="report")

    assert (report.result, report.presented_on) == (Result.PENDING, date(2027, 1, 6))
    assert json.loads(platform.calls[0].request.body) == {
        "uuid": PAID.hex,
        "cardUpdate": {"expectedCaptureDate": "2027-01-06T12:00:00+00:00"},
        "comment": "report",
    }


@pytest.mark.parametrize(
    ("code", "error"),
    [("PSP_014", NothingToChange), ("PSP_011", WrongStatus), ("PSP_013", GatewayRefused)],
)
def test_a_day_that_the_platform_does_not_take_is_a_refusal(platform, code, error):
    serve(platform, Update=failure(code))

    with pytest.raises(error):
        GATEWAY.put_off(transaction_id=PAID, to_on=date(2027, 1, 6), comment="report")


def test_a_transaction_that_waits_for_our_word_is_let_go(platform):
    serve(platform, Validate=success(transaction("AUTHORISED")))

    report = GATEWAY.accept(transaction_id=PAID, comment="accord")

    assert (report.result, report.order_reference) == (Result.PAID, "P261120-7KQ2M9TX")


def test_an_answer_about_another_transaction_is_refused(platform):
    serve(platform, Cancel=success(transaction("CANCELLED", uuid=CREDIT)))

    with pytest.raises(GatewayUnreachable):
        GATEWAY.cancel(transaction_id=PAID, comment="arrêt")


def test_refund_and_duplicate_name_their_amount(platform):
    credit = transaction("AUTHORISED", uuid=CREDIT, operation="CREDIT")
    serve(platform, Refund=success(credit), Duplicate=success(transaction("AUTHORISED")))

    CLIENT.refund(PAID.hex, cents=1_00, comment="trop-perçu")
    CLIENT.duplicate(PAID.hex, cents=2_00, order_reference="P1")

    assert asked(platform, 0)["amount"] == 1_00
    assert asked(platform, 1) == {
        "uuid": PAID.hex,
        "amount": 2_00,
        "currency": "EUR",
        "orderId": "P1",
    }
