"""The platform's codes, in words that an agent reads."""

import pytest

from payments.gateways.payfip import codes as payfip
from payments.gateways.payzen import codes as payzen
from payments.platform_words import operation_words, status_evidence, status_words


@pytest.mark.parametrize("code", [*payzen.RESULTS, *payfip.RESULTS])
def test_every_status_that_the_portal_knows_has_words(code):
    assert status_words(code) != code


@pytest.mark.parametrize(
    "code", ["DEBIT", "CREDIT", "VERIFICATION", "REFUND", "CAPTURE", "UNKNOWN"]
)
def test_every_operation_of_a_journal_has_words(code):
    assert operation_words(code) != code


def test_a_code_that_nobody_knows_is_shown_as_it_came():
    assert status_words("NEW_ONE") == status_evidence("NEW_ONE") == "NEW_ONE"


def test_evidence_keeps_the_code_beside_the_words():
    assert status_evidence("CAPTURED") == "remise en banque (CAPTURED)"
