"""Euros are read and written at the edges; between them there are only cents."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caf_portal.money import NotAnAmount, format_euros, format_plain_euros, parse_euros


@pytest.mark.parametrize(
    ("typed", "cents"),
    [
        ("12", 1200),
        ("12,5", 1250),
        ("12,50", 1250),
        ("12.50", 1250),
        (" 1 234,56 € ", 123456),
        ("1\u202f234,56\u00a0€", 123456),
        ("0,01", 1),
        ("007", 700),
    ],
)
def test_what_people_type_is_understood(typed, cents):
    assert parse_euros(typed) == cents


@pytest.mark.parametrize(
    "typed",
    ["", "€", ",5", "12,", "12,345", "-5", "+5", "1e3", "12,5,0", "douze", "٣٤", "1234567890", "½"],
)
def test_what_is_not_an_amount_is_refused(typed):
    with pytest.raises(NotAnAmount):
        parse_euros(typed)


@given(st.integers(0, 99_999_999_999))
def test_what_is_shown_can_be_typed_back(cents):
    assert parse_euros(format_euros(cents)) == cents
    assert parse_euros(format_plain_euros(cents)) == cents


def test_a_negative_amount_is_shown_with_its_sign():
    assert format_euros(-150) == "-1,50\u00a0€"
