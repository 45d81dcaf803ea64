"""Amounts as people read them."""

import pytest

from caf_portal.templatetags.money import euros, signed_euros


@pytest.mark.parametrize(
    ("cents", "read"),
    [(0, "0,00\u00a0€"), (123456, "1\u202f234,56\u00a0€"), (5, "0,05\u00a0€")],
)
def test_cents_are_read_as_euros(cents: int, read: str) -> None:
    assert euros(cents) == read


@pytest.mark.parametrize(
    ("cents", "read"),
    [(100, "+1,00\u00a0€"), (-123456, "−1\u202f234,56\u00a0€"), (0, "0,00\u00a0€")],
)
def test_a_change_has_its_sign(cents: int, read: str) -> None:
    assert signed_euros(cents) == read
