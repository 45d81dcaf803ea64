"""Operations by REST: the same acts as by hand, in the API's words, with its error codes."""

import pytest

from payzen_sandbox.models import Operation
from payzen_sandbox.shops import find_shop
from payzen_sandbox.tests.journey import pay
from payzen_sandbox.tests.office import done, set_rule, set_switches
from payzen_sandbox.tests.test_rest import answer, error

pytestmark = pytest.mark.django_db
EUR = {"currency": "EUR"}


@pytest.fixture
def authorised(client, listener):
    return pay(client).transactions.get()


@pytest.fixture
def captured(client, authorised):
    return done(client, authorised, "capture")


def test_before_the_remittance_cancel_or_refund_cancels(client, authorised):
    body = {"uuid": authorised.uuid, "amount": 5124, **EUR}

    found = answer(client, "Transaction/CancelOrRefund", body)

    assert (found["uuid"], found["detailedStatus"]) == (authorised.uuid, "CANCELLED")
    assert (found["status"], found["operationType"]) == ("UNPAID", "DEBIT")
    assert error(client, "Transaction/CancelOrRefund", body) == "PSP_105"


def test_after_the_remittance_it_refunds_in_parts(client, captured):
    body = {"uuid": captured.uuid, "amount": 2000, **EUR, "comment": "Trop versé"}

    credit = answer(client, "Transaction/CancelOrRefund", body)

    assert credit["uuid"] != captured.uuid
    assert (credit["operationType"], credit["amount"]) == ("CREDIT", 2000)
    details = credit["transactionDetails"]
    assert details["parentTransactionUuid"] == captured.uuid
    assert details["cardDetails"]["legacyTransId"] == "900000"
    debit = answer(client, "Transaction/Get", {"uuid": captured.uuid})
    capture = debit["transactionDetails"]["cardDetails"]["captureResponse"]
    assert (capture["refundAmount"], capture["refundCurrency"]) == (2000, "EUR")
    assert (capture["captureFileNumber"], capture["captureDate"] is None) == (1, False)
    assert Operation.objects.get(kind="REFUND").comment == "Trop versé"


def test_refunds_stop_at_the_amount(client, captured):
    answer(client, "Transaction/Refund", {"uuid": captured.uuid, "amount": 5000, **EUR})

    over = {"uuid": captured.uuid, "amount": 125, **EUR}
    assert error(client, "Transaction/Refund", over) == "PSP_020"
    answer(client, "Transaction/Refund", {"uuid": captured.uuid, "amount": 124, **EUR})
    assert error(client, "Transaction/Refund", over) == "PSP_104"


def test_an_order_lists_its_credits(client, captured):
    answer(client, "Transaction/Refund", {"uuid": captured.uuid, "amount": 124, **EUR})

    body = {"orderId": captured.payment.order_id, "operationType": "CREDIT"}
    credits = answer(client, "Order/Get", body)["transactions"]

    assert [(each["operationType"], each["amount"]) for each in credits] == [("CREDIT", 124)]


@pytest.mark.parametrize(
    ("service", "body", "code"),
    [
        ("Transaction/Refund", {}, "PSP_076"),
        ("Transaction/CancelOrRefund", {"resolutionMode": "REFUND_ONLY"}, "PSP_076"),
        ("Transaction/CancelOrRefund", {"amount": 100, **EUR}, "PSP_076"),
        ("Transaction/CancelOrRefund", {"amount": 5124, "currency": "USD"}, "PSP_021"),
        ("Transaction/CancelOrRefund", {"resolutionMode": "MAYBE"}, "INT_902"),
        ("Transaction/CancelOrRefund", {"resolutionMode": []}, "INT_902"),
        ("Transaction/CancelOrRefund", {"amount": 5124}, "INT_902"),
        ("Transaction/Cancel", {"comment": 3}, "INT_902"),
        ("Transaction/Refund", {"amount": "1", **EUR}, "INT_902"),
        ("Transaction/Refund", {"amount": 1, "currency": "XXX"}, "INT_902"),
        ("Transaction/Validate", {}, "PSP_011"),
        ("Transaction/Duplicate", {}, "PSP_011"),
        ("Transaction/Update", {}, "PSP_014"),
        ("Transaction/Update", {"cardUpdate": {"amount": 6000, **EUR}}, "PSP_020"),
        ("Transaction/Update", {"cardUpdate": {"manualValidation": "YES"}}, "PSP_002"),
        ("Transaction/Update", {"cardUpdate": {"manualValidation": 1}}, "INT_902"),
        ("Transaction/Update", {"cardUpdate": {"expectedCaptureDate": "soon"}}, "INT_902"),
        ("Transaction/Update", {"cardUpdate": []}, "INT_902"),
        ("Transaction/Update", {"cardUpdate": "x"}, "INT_902"),
    ],
)
def test_refusals_before_the_remittance(client, authorised, service, body, code):
    assert error(client, service, {"uuid": authorised.uuid, **body}) == code
    assert not Operation.objects.exists()


@pytest.mark.parametrize(
    ("service", "body", "code"),
    [
        ("Transaction/Cancel", {}, "PSP_075"),
        ("Transaction/CancelOrRefund", {"resolutionMode": "CANCELLATION_ONLY"}, "PSP_075"),
        ("Transaction/Update", {"cardUpdate": {"amount": 100, **EUR}}, "PSP_011"),
        ("Transaction/Refund", {"amount": 5125, **EUR}, "PSP_020"),
        ("Transaction/Refund", {"amount": -1, **EUR}, "PSP_020"),
    ],
)
def test_refusals_after_the_remittance(client, captured, service, body, code):
    assert error(client, service, {"uuid": captured.uuid, **body}) == code


def test_a_charged_back_transaction_is_not_refunded(client, captured):
    done(client, captured, "chargeback")

    for service in ("Transaction/Refund", "Transaction/CancelOrRefund"):
        assert error(client, service, {"uuid": captured.uuid}) == "PSP_083"


def test_another_shops_transaction_is_not_found(client, captured):
    other = find_shop("90000028")

    for name in ("Cancel", "Refund", "CancelOrRefund", "Update", "Validate", "Duplicate"):
        body = {"uuid": captured.uuid}
        assert error(client, f"Transaction/{name}", body, of=other) == "PSP_010"
    assert error(client, "Transaction/Capture", {"uuids": [captured.uuid]}, of=other) == "PSP_010"


def test_a_refused_refund_is_a_transaction_of_its_own(client, captured):
    set_switches(client, refuse_refunds=True)

    credit = answer(client, "Transaction/Refund", {"uuid": captured.uuid})

    assert (credit["status"], credit["detailedStatus"]) == ("UNPAID", "REFUSED")
    assert (credit["errorCode"], credit["detailedErrorCode"]) == ("PSP_003", "139")


def test_an_update_lowers_the_amount_and_moves_the_date(client, authorised):
    moved = f"{authorised.presentation_at.year}-12-31T10:00:00+00:00"
    card = {"amount": 100, **EUR, "expectedCaptureDate": moved}

    found = answer(client, "Transaction/Update", {"uuid": authorised.uuid, "cardUpdate": card})

    assert (found["amount"], found["transactionDetails"]["effectiveAmount"]) == (100, 100)
    assert "-12-31" in found["transactionDetails"]["cardDetails"]["expectedCaptureDate"]


def test_validation_by_its_service_or_by_giving_it_up(client, listener):
    first, second = (
        pay(client, vads_validation_mode="1").transactions.get() for _payment in range(2)
    )

    validated = answer(client, "Transaction/Validate", {"uuid": first.uuid})
    card = {"manualValidation": "NO"}
    updated = answer(client, "Transaction/Update", {"uuid": second.uuid, "cardUpdate": card})

    assert validated["detailedStatus"] == updated["detailedStatus"] == "AUTHORISED"


def test_a_duplicate_is_a_new_debit(client, captured):
    copy = answer(client, "Transaction/Duplicate", {"uuid": captured.uuid, "amount": 7, **EUR})

    assert (copy["operationType"], copy["amount"], copy["status"]) == ("DEBIT", 7, "PAID")
    assert copy["transactionDetails"]["liabilityShift"] == "NO"


def test_capture_takes_all_or_nothing(client, authorised):
    second = pay(client).transactions.get()
    third = done(client, pay(client).transactions.get(), "cancel")
    uuids = [authorised.uuid, second.uuid]

    assert error(client, "Transaction/Capture", {"uuids": [*uuids, third.uuid]}) == "PSP_011"
    assert error(client, "Transaction/Capture", {"uuids": []}) == "INT_902"
    assert error(client, "Transaction/Capture", {"uuids": [3]}) == "INT_902"
    remitted = answer(client, "Transaction/Capture", {"uuids": uuids})["transactions"]

    assert [each["detailedStatus"] for each in remitted] == ["CAPTURED", "CAPTURED"]


def test_an_order_whose_only_debit_was_cancelled_is_unpaid(client, authorised):
    answer(client, "Transaction/Cancel", {"uuid": authorised.uuid})

    order = answer(client, "Order/Get", {"orderId": authorised.payment.order_id})

    assert (order["orderStatus"], order["orderCycle"]) == ("UNPAID", "CLOSED")


def test_rest_notifies_only_if_its_rule_says_so(client, listener, captured):
    calls = len(listener.calls)
    answer(client, "Transaction/Refund", {"uuid": captured.uuid, "amount": 1, **EUR})
    assert len(listener.calls) == calls

    set_rule(client, "rest_operation", on=True)
    answer(client, "Transaction/Refund", {"uuid": captured.uuid, "amount": 1, **EUR})

    assert len(listener.calls) == calls + 1
    assert listener.calls[-1]["vads_url_check_src"] == "MERCH_BO"
