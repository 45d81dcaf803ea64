"""Statements of the demonstration's bank, in CFONB 120 like those of the sandbox."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

#: The last digit of an amount bears its sign.
_CREDIT, _DEBIT = "{ABCDEFGHI", "}JKLMNOPQR"


@dataclass(frozen=True, slots=True)
class Movement:
    """A line of a statement: cents, negative when it leaves the account."""

    cents: int
    label: str


def statement_file(
    *, iban: str, day: date, opening_cents: int, movements: list[Movement]
) -> tuple[str, bytes]:
    """The name and the bytes of the statement of one day of an account, even an empty one."""
    closing_cents = opening_cents + sum(each.cents for each in movements)
    records = _records(iban, day, opening_cents, closing_cents, movements)
    content = "".join(f"{record}\r\n" for record in records)
    return f"RELEVE_{iban[14:25].lstrip('0')}_{day:%y%m%d}.txt", content.encode("ascii")


def _records(
    iban: str, day: date, opening_cents: int, closing_cents: int, movements: list[Movement]
) -> Iterator[str]:
    yield _balance("01", iban, day - timedelta(days=1), opening_cents)
    for rank, each in enumerate(movements, 1):
        yield (
            f"{_head('04', iban, '18', day)}  {day:%d%m%y}{each.label:<31.31}  {rank:07d}  "
            f"{_amount(each.cents)}{'':16}"
        )
    yield _balance("07", iban, day, closing_cents)


def _balance(code: str, iban: str, day: date, cents: int) -> str:
    return f"{_head(code, iban, '', day)}{'':50}{_amount(cents)}{'':16}"


def _head(code: str, iban: str, operation: str, day: date) -> str:
    bank, branch, account = iban[4:9], iban[9:14], iban[14:25]
    return f"{code}{bank}{'':4}{branch}EUR2 {account}{operation:<2}{day:%d%m%y}"


def _amount(cents: int) -> str:
    digits = f"{abs(cents):014d}"
    return f"{digits[:-1]}{(_DEBIT if cents < 0 else _CREDIT)[int(digits[-1])]}"
