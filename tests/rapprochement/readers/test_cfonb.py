"""CFONB 120 statements, and the sentence of each refusal."""

import io
from datetime import date

import pytest
from cfonb.parser.common import parse_amount
from cfonb.parser.statement import StatementReader
from cfonb.writer.statement import Statement as ForeignWriter

from rapprochement.readers.bank.reading import read_bank_file
from rapprochement.readers.problems import FileUnreadable
from tests.rapprochement.readers.bank_statements import RIB, Line, Statement
from tests.rapprochement.readers.cfonb_files import cfonb_file

DAY = Statement(
    (
        Line(
            24_000,
            label="REMISE CB 000123",
            reference="REM000123",
            complements=(("LIB", "COMMERCANT 0700123"), ("RCN", "000123"), ("NPY", "")),
        ),
        Line(-1_070, value_on=date(2026, 11, 22), code="62", label="COM CARTE"),
    ),
    opening_cents=-5_000,
)


def read(content: bytes):
    found = read_bank_file(content, filename="releve.txt")
    assert found.kind == "CFONB120"
    return found.statements


def test_a_statement_gives_its_account_its_balances_and_its_movements():
    [statement] = read(cfonb_file(DAY))

    assert (statement.account, statement.currency, statement.sequence) == (RIB, "EUR", None)
    assert (statement.from_on, statement.to_on) == (date(2026, 11, 19), date(2026, 11, 20))
    assert (statement.opening_cents, statement.closing_cents) == (-5_000, 17_930)
    assert statement.statement_id == "20261119-20261120"
    remise, fee = statement.movements
    assert (remise.rank, remise.amount_cents, remise.code) == (1, 24_000, "05")
    assert (remise.label, remise.reference) == ("REMISE CB 000123", "REM000123")
    assert remise.details == "OPERATION B101\nLIB COMMERCANT 0700123\nRCN 000123\nNPY"
    assert (fee.rank, fee.amount_cents, fee.code, fee.label) == (2, -1_070, "62", "COM CARTE")
    assert (fee.booked_on, fee.value_on) == (date(2026, 11, 20), date(2026, 11, 22))


def test_a_file_holds_several_statements_and_accounts():
    other = Statement((Line(100),), iban="FR7630004000031234567890143")

    statements = read(cfonb_file(DAY, other, Statement(opening_cents=17_930)))

    assert [statement.account for statement in statements] == [RIB, "300040000312345678901", RIB]
    assert [len(statement.movements) for statement in statements] == [2, 1, 0]


def test_reject_reason_and_entry_number_are_kept():
    content = cfonb_file(Statement((Line(-1_070),)))
    content = changed(content, 2, 41, "12")
    content = changed(content, 2, 82, "0000045")

    [statement] = read(content)

    assert statement.movements[0].details == "OPERATION B101\nREJET 12\nECRITURE 0000045"


def test_a_movement_without_value_date_has_the_date_of_booking():
    [statement] = read(changed(cfonb_file(DAY), 6, 43, "      "))

    assert statement.movements[1].value_on == date(2026, 11, 20)


def test_a_movement_of_nothing_is_left_out():
    lines = (Line(0, label="** PAS DE MOUVEMENT **", complements=(("LIB", "X"),)), Line(100))

    [statement] = read(cfonb_file(Statement(lines)))

    assert [(found.rank, found.amount_cents) for found in statement.movements] == [(1, 100)]


def test_a_complement_may_leave_its_currency_blank():
    [statement] = read(changed(cfonb_file(DAY), 3, 17, "    "))

    assert len(statement.movements) == 2


def test_years_are_those_of_this_century():
    [statement] = read(cfonb_file(Statement(from_on=date(2000, 2, 29), to_on=date(2099, 12, 31))))

    assert (statement.from_on, statement.to_on) == (date(2000, 2, 29), date(2099, 12, 31))


REFUSED = {
    "no opening": (lambda lines: lines[1:], "n° 1 : le fichier ne commence pas par"),
    "no closing": (lambda lines: lines[:-1], "n° 6 : le fichier s’arrête là"),
    "opening only": (lambda lines: lines[:1], "n° 1 : le fichier s’arrête là"),
    "two openings": (lambda lines: [lines[0], *lines], "un enregistrement 01 ne peut pas suivre"),
    "complement alone": (
        lambda lines: [lines[0], lines[2], *lines[1:]],
        "n° 2 : un enregistrement 05 ne peut pas suivre un enregistrement 01",
    ),
    "after the end": (lambda lines: [*lines, lines[1]], "n° 8 : un enregistrement 04"),
    "unknown record": (lambda lines: ["06" + lines[0][2:], *lines], "n’est pas reconnu"),
    "unknown record inside": (
        lambda lines: [lines[0], "06" + lines[1][2:], *lines[2:]],
        "n° 2 : son code n’est ni 01, ni 04, ni 05, ni 07",
    ),
    "movement lost": (lambda lines: [*lines[:5], *lines[6:]], "ne donnent pas le solde final"),
    "movement doubled": (lambda lines: [*lines[:6], *lines[5:]], "ne donnent pas le solde final"),
    "too long": (lambda lines: [lines[0] + "X", *lines[1:]], "n° 1 : il a 121 caractères"),
    "cut short": (lambda lines: [lines[0], lines[1][:95], *lines[2:]], "n° 2 : il est coupé avant"),
    "control": (lambda lines: [lines[0], _put(lines[1], 60, "\t"), *lines[2:]], "de commande"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_records_in_disorder_are_refused_with_their_number(case):
    change, sentence = REFUSED[case]
    lines = cfonb_file(DAY, line_end="\n").decode().split("\n")[:-1]

    assert_refused("\n".join(change(lines)).encode(), sentence)


CHANGED = [
    (1, 22, "é", "n° 1 : le numéro de compte n’est pas lisible"),
    (2, 32, "2", "n° 2 : le compte n’est pas celui"),
    (3, 22, "2", "n° 3 : le compte n’est pas celui"),
    (7, 3, "9", "n° 7 : le compte n’est pas celui"),
    (1, 17, "USD", "n° 1 : la devise n’est pas EUR"),
    (2, 17, "   ", "n° 2 : la devise n’est pas EUR"),
    (3, 17, "USD", "n° 3 : la devise n’est pas EUR"),
    (1, 20, " ", "n° 1 : le nombre de décimales manque"),
    (2, 20, "0", "ne donnent pas le solde final"),
    (1, 35, "311126", "n° 1 : la date en position 35 n’existe pas"),
    (2, 35, "290226", "n° 2 : la date en position 35 n’existe pas"),
    (2, 43, "00 126", "n° 2 : la date en position 43 n’existe pas"),
    (7, 35, "      ", "n° 7 : la date en position 35 n’existe pas"),
    (1, 35, "211126", "le solde initial est daté du 21/11/2026"),
    (2, 104, "0", "n° 2 : le montant en positions 91 à 104"),
    (2, 91, " ", "n° 2 : le montant en positions 91 à 104"),
    (1, 104, "{", "ne donnent pas le solde final"),
    (2, 103, "1", "solde initial (-50,00 €) et les mouvements (229,40 €)"),
]


@pytest.mark.parametrize(("number", "position", "text", "sentence"), CHANGED)
def test_a_record_that_is_wrong_is_refused_with_its_number(number, position, text, sentence):
    assert_refused(changed(cfonb_file(DAY), number, position, text), sentence)


def test_a_statement_of_another_library_is_read():
    closing = 1_234_567 + 123_456 - 12_345
    day = date(2026, 11, 20)
    account = ("20002", "90005", "EUR", "01717651230")
    content = (
        ForeignWriter()
        .header(*account, day, 12_345.67)
        .add("20002", "B1", *account[1:], day, "REMISE", 1_234.56, "REM1")
        .add("20002", "B1", *account[1:], day, "IMPAYE", -123.45, "")
        .footer(*account, day, closing / 100)
        .render()
    )

    [statement] = read(content.encode())

    assert (statement.account, statement.closing_cents) == ("200029000501717651230", closing)
    assert [found.amount_cents for found in statement.movements] == [123_456, -12_345]
    assert statement.movements[0].reference == "REM1"


def test_another_library_reads_what_the_tests_write():
    content = cfonb_file(DAY, line_end="\n").decode()

    [foreign] = StatementReader().parse(io.StringIO(content))

    amounts = [round(float(line.amount) * 100) for line in foreign.lines]
    assert foreign.header.bank_code + foreign.header.desk_code + foreign.account_nb == RIB
    assert amounts == [line.cents for line in DAY.lines]
    assert round(float(foreign.footer.next_amount) * 100) == DAY.closing
    assert float(parse_amount("0000000000107}", "2")) == -10.70


def changed(content: bytes, number: int, position: int, text: str) -> bytes:
    """The file with a text put at a position (from 1) of a record (from 1)."""
    lines = content.decode("latin-1").split("\r\n")
    lines[number - 1] = _put(lines[number - 1], position, text)
    return "\r\n".join(lines).encode("latin-1")


def _put(line: str, position: int, text: str) -> str:
    return line[: position - 1] + text + line[position - 1 + len(text) :]


def assert_refused(content: bytes, sentence: str) -> None:
    with pytest.raises(FileUnreadable) as refusal:
        read_bank_file(content, filename="releve.txt")
    assert sentence in str(refusal.value).replace("\u202f", " ").replace("\xa0", " ")
