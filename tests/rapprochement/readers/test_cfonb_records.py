"""Amounts, records and accounts of CFONB 120."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rapprochement.readers.bank.accounts import rib_of, same_account
from rapprochement.readers.bank.cfonb_records import records_of
from rapprochement.readers.bank.overpunch import signed_cents
from tests.rapprochement.readers.bank_statements import IBAN, RIB, Line, Statement
from tests.rapprochement.readers.cfonb_files import cfonb_file, overpunch


@pytest.mark.parametrize(
    ("zone", "cents"),
    [
        ("0000000000107}", -1070),
        ("0000000000107{", 1070),
        ("0000000000107è", -1070),
        ("0000000000107é", 1070),
        ("0000000002400A", 24_001),
        ("0000000002400I", 24_009),
        ("0000000002400J", -24_001),
        ("0000000002400R", -24_009),
        ("0000000000000}", 0),
    ],
)
def test_the_last_digit_carries_the_sign(zone, cents):
    assert signed_cents(zone, decimals=2) == cents


@pytest.mark.parametrize(
    ("decimals", "cents"), [(0, -107_000), (1, -10_700), (2, -1_070), (3, -107)]
)
def test_an_amount_has_the_decimals_that_its_record_says(decimals, cents):
    assert signed_cents("0000000000107}", decimals=decimals) == cents


@pytest.mark.parametrize(
    ("zone", "decimals"),
    [
        ("00000000001070", 2),
        ("0000000000107S", 2),
        ("0000000000107a", 2),
        ("000000000010 {", 2),
        ("00000000+0107{", 2),
        ("00000000001.7{", 2),
        ("000000000010٧{", 2),
        ("              ", 2),
        ("", 2),
        ("0000000000107A", 3),
        ("0000000000107}", 4),
    ],
)
def test_what_is_not_a_number_of_cents_is_refused(zone, decimals):
    with pytest.raises(ValueError, match=r"digits|sign|parts"):
        signed_cents(zone, decimals=decimals)


@given(st.integers(-(10**14) + 1, 10**14 - 1))
def test_every_amount_comes_back(cents):
    assert signed_cents(overpunch(cents), decimals=2) == cents


@given(st.text(max_size=16), st.integers(0, 9))
def test_any_zone_is_an_amount_or_a_value_error(zone, decimals):
    with contextlib.suppress(ValueError):
        assert isinstance(signed_cents(zone, decimals=decimals), int)


@pytest.mark.parametrize("line_end", ["", "\n", "\r\n", "\r", "   \r\n", "\n\n"])
@pytest.mark.parametrize("tail", [b"", b"\r\n", b"\x1a", b"\r\n\x1a\x00\x00", b"   "])
def test_records_are_the_same_however_the_lines_end(line_end, tail):
    statement = Statement((Line(-1070, complements=(("LIB", "suite"),)),), opening_cents=5000)
    expected = [record.text for record in records_of(cfonb_file(statement, line_end=""))]

    content = cfonb_file(statement, line_end=line_end) + tail

    assert [record.text for record in records_of(content)] == expected
    assert [len(text) for text in expected] == [120] * 4


def test_spaces_cut_at_the_end_of_lines_are_put_back():
    statement = Statement((Line(-1070),))
    cut = b"\n".join(line.rstrip() for line in cfonb_file(statement).splitlines())

    assert [record.text for record in records_of(cut)] == [
        record.text for record in records_of(cfonb_file(statement))
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1"])
def test_accents_take_one_position_in_any_encoding(encoding):
    statement = Statement((Line(-1070, label="Société Générale à Orléans"),))
    content = cfonb_file(statement).decode("latin-1").encode(encoding)

    [opening, movement, closing] = records_of(content)

    assert movement.part(49, 79) == "Société Générale à Orléans"
    assert movement.amount() == -1070
    assert (opening.number, closing.number) == (1, 3)


def test_a_byte_that_some_take_for_a_line_end_stays_in_its_label():
    content = cfonb_file(Statement((Line(-1070, label="SUITE\x85 ET FIN"),)))

    assert [record.part(49, 79) for record in records_of(content)][1] == "SUITE\x85 ET FIN"


@pytest.mark.parametrize(
    "other", [IBAN, "FR76 3000 6000 0112 3456 7890 189", IBAN.lower(), RIB, RIB + "89"]
)
def test_an_iban_and_a_cfonb_account_are_recognised_as_one(other):
    assert same_account(RIB, other)
    assert same_account(other, IBAN)
    assert rib_of(other) == RIB


@pytest.mark.parametrize(
    "other", ["", RIB[:-1], RIB[:-1] + "2", "DE89370400440532013000", IBAN[:-3] + "289", "X" * 21]
)
def test_another_account_is_not_recognised(other):
    assert not same_account(RIB, other)
    assert not same_account(IBAN, other)


def test_a_foreign_account_is_only_itself():
    assert same_account("DE89 3704 0044 0532 0130 00", "DE89370400440532013000")
    assert not same_account("", "DE89370400440532013000")
    assert rib_of("DE89370400440532013000") is None
