"""The fund's bank during a month: movements, and a statement each working day, in its format."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from tests.rapprochement.readers.bank_statements import Line, Statement
from tests.rapprochement.readers.camt_files import camt_file
from tests.rapprochement.readers.cfonb_files import cfonb_file


@dataclass
class Bank:
    """One account. Until ``camt_from`` its statements are CFONB 120, then camt.053.001.08."""

    balance_cents: int
    told_until: date
    camt_from: date
    _lines: defaultdict[date, list[Line]] = field(default_factory=lambda: defaultdict(list))
    _number: int = 0

    def moves(self, day: int, cents: int, label: str) -> None:
        """A movement booked that day of March; negative when it goes out."""
        on = date(2027, 3, day)
        self._lines[on].append(Line(cents=cents, booked_on=on, label=label))

    def statement(self, on: date) -> tuple[str, bytes]:
        """A file's name and bytes: from the last statement to the evening of ``on``."""
        days = sorted(day for day in self._lines if self.told_until < day <= on)
        said = Statement(
            lines=tuple(line for day in days for line in self._lines[day]),
            opening_cents=self.balance_cents,
            from_on=self.told_until,
            to_on=on,
            statement_id=f"R{on:%m%d}",
        )
        self.balance_cents, self.told_until = said.closing, on
        if on < self.camt_from:
            return f"releve_{on:%Y%m%d}.txt", cfonb_file(said)
        return f"releve_{on:%Y%m%d}.xml", camt_file(said, version="08")
