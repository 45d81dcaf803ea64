"""The books as the machine knows them: plain sums in Python, none of the portal's code."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

#: What the platform owes the fund, the bank, what the bank keeps, what nobody identified, debts.
PLATFORM, BANK, FEES, SUSPENSE, DEBTS = "5115", "5121", "6278", "471", "409220"
GAP_LOST, GAP_WON, ELSEWHERE, WITHHELD, ESTABLISHED = "658", "758", "580", "4673", "6561"

#: Account, day of the fact, day of the books.
Key = tuple[str, date, date]


@dataclass(frozen=True)
class Entry:
    """One line: positive cents are a debit."""

    account: str
    cents: int
    origin_on: date
    accounting_on: date
    #: Whether it books what the platform took or gave back.
    operation: bool = False


class Ledger:
    """What was written, line by line; nothing of a closed day ever changes."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.closed_until: date | None = None

    def open_day(self, on: date) -> date:
        """The first open day from ``on``."""
        if self.closed_until is None or on > self.closed_until:
            return on
        return self.closed_until + timedelta(days=1)

    def write(
        self, on: date, parts: Iterable[tuple[str, int]], *, operation: bool = False
    ) -> tuple[Entry, ...]:
        """A fact of the day ``on``: lines that sum to nothing."""
        day = self.open_day(on)
        written = tuple(
            Entry(account, cents, on, day, operation) for account, cents in parts if cents
        )
        assert sum(entry.cents for entry in written) == 0
        self.entries += written
        return written

    def reverse(self, written: Iterable[Entry], on: date) -> tuple[Entry, ...]:
        """The same lines, sides changed, as a fact of ``on``."""
        return self.write(on, [(entry.account, -entry.cents) for entry in written])

    def balance(self, account: str, until: date | None = None) -> int:
        """Debits less credits, until the evening of a day of the books."""
        return sum(
            entry.cents
            for entry in self.entries
            if entry.account == account and (until is None or entry.accounting_on <= until)
        )

    def moved(self, account: str, on: date, *, operations: bool = False) -> int:
        """What the facts of a day moved on an account, or those of the platform alone."""
        return sum(
            entry.cents
            for entry in self.entries
            if (entry.account, entry.origin_on) == (account, on)
            and (entry.operation or not operations)
        )

    def totals(self) -> dict[Key, int]:
        """Every account by both days, when that is not nothing."""
        found: Counter[Key] = Counter()
        for entry in self.entries:
            found[entry.account, entry.origin_on, entry.accounting_on] += entry.cents
        return {key: cents for key, cents in found.items() if cents}
