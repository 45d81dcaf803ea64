"""CFONB 120 files as a bank would write them, without the portal's own code."""

from collections.abc import Iterator
from datetime import date

from tests.rapprochement.readers.bank_statements import Line, Statement


def overpunch(cents: int) -> str:
    """Fourteen characters: ``-1070`` gives ``0000000000107}``."""
    digits = f"{abs(cents):014}"
    return digits[:-1] + ("}JKLMNOPQR" if cents < 0 else "{ABCDEFGHI")[int(digits[-1])]


def cfonb_file(*statements: Statement, line_end: str = "\r\n") -> bytes:
    """The records of these statements; ``line_end=""`` writes them end to end."""
    return b"".join(
        (record + line_end).encode("latin-1")
        for statement in statements
        for record in records(statement)
    )


def records(statement: Statement) -> Iterator[str]:
    """The records of one statement, 120 characters each."""
    yield balance(statement, "01", statement.from_on, statement.opening_cents)
    for line in statement.lines:
        yield movement(statement, line)
        for qualifier, text in line.complements:
            yield complement(statement, line, qualifier, text)
    yield balance(statement, "07", statement.to_on, statement.closing)


def balance(statement: Statement, code: str, day: date, cents: int) -> str:
    return f"{_start(statement, code)}  {day:%d%m%y}{'':50}{overpunch(cents)}{'':16}"


def movement(statement: Statement, line: Line) -> str:
    value_on = line.value_on or line.booked_on
    return (
        f"{_start(statement, '04', 'B101')}{line.code:2.2}{line.booked_on:%d%m%y}  "
        f"{value_on:%d%m%y}{line.label:31.31}  {'':7}  {overpunch(line.cents)}"
        f"{line.reference:16.16}"
    )


def complement(statement: Statement, line: Line, qualifier: str, text: str) -> str:
    return (
        f"{_start(statement, '05', 'B101')}{line.code:2.2}{line.booked_on:%d%m%y}{'':5}"
        f"{qualifier:3.3}{text:70.70}  "
    )


def _start(statement: Statement, code: str, operation: str = "") -> str:
    rib = statement.iban[4:]
    return f"{code}{rib[:5]}{operation:4}{rib[5:10]}EUR2 {rib[10:21]}"
