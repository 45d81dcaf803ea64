"""Which lines of a JT file are money: the same answer as for a notification."""

from datetime import UTC, date, datetime

import pytest

from payments.gateways.base import Result
from payments.gateways.payzen.codes import RESULTS
from rapprochement.readers.gateway.reading import read_gateway_file
from rapprochement.readers.gateway.statuses import is_money
from tests.rapprochement.readers.gateway_files import jt_file, jt_line

AT = datetime(2026, 12, 1, 10, tzinfo=UTC)


def line_of(status, operation="DEBIT"):
    line = jt_line(trans_id="000001", cents=5124, at=AT, status=status, operation=operation)
    name, content = jt_file([line], "90000011", date(2026, 12, 1))
    return read_gateway_file(content, filename=name).lines[0]


@pytest.mark.parametrize(
    ("status", "money"),
    [
        ("AUTHORISED", True),
        ("CAPTURED", True),
        ("captured", True),
        ("AUTHORISED_TO_VALIDATE", False),
        ("WAITING_AUTHORISATION", False),
        ("REFUSED", False),
        ("CANCELLED", False),
        ("CAPTURE_FAILED", False),
        ("SUSPENDED", False),
        ("NEVER_HEARD_OF", False),
    ],
)
def test_authorised_and_captured_are_money(status, money):
    assert is_money(line_of(status)) is money
    assert is_money(line_of(status, "CREDIT")) is money


def test_a_verification_moves_nothing():
    assert not is_money(line_of("CAPTURED", "VERIFICATION"))
    assert not is_money(line_of("ACCEPTED", "VERIFICATION"))


def test_no_status_is_judged_here_otherwise_than_in_a_notification():
    assert {status for status in RESULTS if is_money(line_of(status))} == {
        status for status, result in RESULTS.items() if result is Result.PAID
    }
