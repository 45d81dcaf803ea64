"""The table of test cards, and the form in which they are typed."""

from datetime import date

import pytest

from payzen_sandbox.cards import TEST_CARDS, Effect, find_masked, passes_luhn
from payzen_sandbox.forms import CardForm

TODAY = date(2026, 11, 21)


def errors(network="CB", **changes):
    data = {"number": "4970 1000 0000 0055", "expiry": "11/26", "cvv": "123", **changes}
    return CardForm(data, network=network, today=TODAY).errors


def test_a_right_card_has_no_error():
    assert errors() == {}


@pytest.mark.parametrize(
    "changes",
    [
        {"number": ""},
        {"number": "4970 1000 0000 005"},
        {"number": "4970100000000056"},  # Luhn
        {"number": "4111111111111111"},  # right for Luhn, yet not a card of ours
        {"number": "49701000000000５５"},  # full-width digits
        {"expiry": ""},
        {"expiry": "10/26"},
        {"expiry": "13/30"},
        {"expiry": "soon"},
        {"cvv": ""},
        {"cvv": "12"},
        {"cvv": "abc"},
    ],
)
def test_an_error_is_tied_to_its_field(changes):
    assert list(errors(**changes)) == list(changes)


@pytest.mark.parametrize("expiry", ["11/26", "1/30", "01/2030", " 06 / 30 "])
def test_the_expiry_may_be_written_in_several_ways(expiry):
    assert errors(expiry=expiry) == {}


def test_the_card_must_be_of_the_network_chosen():
    assert list(errors(network="MASTERCARD")) == ["number"]
    assert errors(network="MASTERCARD", number="5970100300000067") == {}


def test_every_card_passes_luhn_unless_documented_otherwise():
    assert {card.number for card in TEST_CARDS if not passes_luhn(card.number)} == {
        card.number for card in TEST_CARDS if card.documented_alias
    }


def test_masks_are_unique_and_hide_the_middle():
    assert {find_masked(card.masked) for card in TEST_CARDS} == set(TEST_CARDS)
    assert find_masked("497010XXXXXX0055").effect is Effect.ACCEPTED


def test_every_effect_has_a_card():
    assert {card.effect for card in TEST_CARDS} == set(Effect)
