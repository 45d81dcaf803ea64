"""The bank's statement of a shop's account for a day, in CFONB 120.

Records of 120 characters: 01 the balance before, 04 a movement, 05 more about it, 07 the balance
after. Balances follow each other from day to day, from nothing before the first movement.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from payzen_sandbox.services.bank_account import BANK, BRANCH, account_number
from payzen_sandbox.services.bank_movements import Movement, movements
from payzen_sandbox.services.reports.common import bounds
from payzen_sandbox.shops import Shop

LINE_END = "\r\n"
# The last digit of an amount bears its sign.
CREDIT = "{ABCDEFGHI"
DEBIT = "}JKLMNOPQR"
# Before any shop of the sandbox took anything.
BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class StatementFile:
    """A file ready to be downloaded or written; ASCII."""

    name: str
    text: str


def statement_file(*, shop: Shop, day: date) -> StatementFile:
    """The statement of a UTC day, even when nothing moved; in euros only."""
    start, end = bounds(day)
    before = sum(each.cents for each in movements(shop, start=BEGINNING, end=start))
    moved = movements(shop, start=start, end=end)
    after = before + sum(each.cents for each in moved)
    records = [
        _balance("01", shop, day - timedelta(days=1), before),
        *(record for rank, each in enumerate(moved, 1) for record in _told(shop, day, each, rank)),
        _balance("07", shop, day, after),
    ]
    return StatementFile(
        f"RELEVE_{shop.site_id}_{day:%y%m%d}.txt",
        "".join(f"{record}{LINE_END}" for record in records),
    )


def _told(shop: Shop, day: date, movement: Movement, rank: int) -> Iterator[str]:
    yield (
        f"{_head('04', shop, movement.code, day)}  {day:%d%m%y}"
        f"{movement.label[:31]:<31}  {rank:07d}  {_amount(movement.cents)}"
        f"{movement.reference[:16]:<16}"
    )
    for text in movement.details:
        yield f"{_head('05', shop, movement.code, day)}     {text[:73]:<73}  "


def _balance(code: str, shop: Shop, day: date, cents: int) -> str:
    return f"{_head(code, shop, '', day)}{'':50}{_amount(cents)}{'':16}"


def _head(code: str, shop: Shop, operation: str, day: date) -> str:
    """The first 40 characters, the same in every record."""
    account = account_number(shop)
    return f"{code}{BANK}{'':4}{BRANCH}EUR2 {account}{operation:<2}{day:%d%m%y}"


def _amount(cents: int) -> str:
    digits = f"{abs(cents):014d}"
    signs = DEBIT if cents < 0 else CREDIT
    return f"{digits[:-1]}{signs[int(digits[-1])]}"
