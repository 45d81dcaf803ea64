"""A FEC is read by a program that is not ours, and finds in it the sums of the books.

fec-parser (MIT) reads dates, amounts and mandatory columns, in both charsets. It checks neither
balance nor numbers: our verifier does.
"""

import io
from collections import Counter
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from fec_parser.errors import BadFECFileError
from fec_parser.parser import FECParser

from comptabilite.models import Ligne
from tests.comptabilite.exports import books
from tests.comptabilite.exports.books import Side, Written, payment

pytestmark = [pytest.mark.django_db]

EVE, DAY = date(2025, 12, 31), date(2026, 1, 1)
NOW = datetime(2026, 1, 3, 8, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _books(fund_scope: None) -> None:
    remittance = [
        Side("5121", debit=23_935, label='Remise « 1 » ; dite "une" ₿'),
        Side("6278", debit=65),
        Side("5115", credit=24_000),
    ]
    books.write(
        payment(EVE, "PAY-0001", 24_000),
        Written(DAY, "REM-0001", remittance, journal="BQ", event="REMITTANCE"),
        payment(DAY, "PAY-0002", 1_050),
    )
    books.close(since=EVE, until=DAY)


def read(content: bytes) -> Counter[str]:
    """Balance of each account, in cents, as the foreign reader sees it."""
    balances: Counter[str] = Counter()
    for line in FECParser.from_bytesio(io.BytesIO(content), "fec").get_ecritures():
        balances[line.compte_num] += int((line.debit - line.credit) * 100)
    return balances


@pytest.mark.parametrize("encoding", ["utf-8", "iso-8859-15"])
def test_a_foreign_reader_finds_the_balances_of_the_books(encoding: str):
    made = books.export(DAY, DAY, now=NOW, format="FEC", encoding=encoding)

    found = read(books.content(made))

    own: Counter[str] = Counter()
    for number, debit, credit in Ligne.objects.values_list(
        "compte__number", "debit_cents", "credit_cents"
    ):
        own[number] += debit - credit
    assert +found == +own
    assert -found == -own
    assert sum(found.values()) == 0


def test_a_foreign_reader_reads_labels_whole():
    made = books.export(DAY, DAY, now=NOW, format="FEC")

    lines = list(FECParser.from_bytesio(io.BytesIO(books.content(made))).get_ecritures())

    (line,) = (line for line in lines if line.debit == Decimal("239.35"))
    assert line.ecriture_lib == 'Remise « 1 » ; dite "une" ₿'
    assert (line.journal_code, line.ecriture_date) == ("BQ", DAY)


def test_a_foreign_reader_refuses_what_is_not_one():
    made = books.export(DAY, DAY, now=NOW, format="FEC")
    spoilt = books.content(made).replace(b"20260101", b"20261301", 1)

    with pytest.raises(BadFECFileError):
        read(spoilt)
