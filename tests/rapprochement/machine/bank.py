"""The bank of the machine: one account, what really moved on it, and statements in two formats."""

from dataclasses import dataclass, field
from datetime import date

from tests.rapprochement.machine.ledger import Entry
from tests.rapprochement.machine.platform import Batch, Told
from tests.rapprochement.readers.bank_statements import IBAN, Line, Statement
from tests.rapprochement.readers.camt_files import camt_file
from tests.rapprochement.readers.cfonb_files import cfonb_file


@dataclass(eq=False)
class Moved:
    """A line of the account: what it truly is, and what the portal made of it."""

    cents: int
    on: date
    label: str
    #: The remittances that it brings or takes, or the chargebacks that it takes; else nobody knows.
    batches: list[Batch] = field(default_factory=list)
    charges: list[Told] = field(default_factory=list)
    pk: int = 0
    said: "Said | None" = None
    #: An imputation of it was corrected: the portal reads it no more by itself.
    corrected: bool = False


@dataclass(eq=False)
class Said:
    """An imputation in force: its lines in the books, those of its gap, what waits of it."""

    pk: int
    kind: str
    written: tuple[Entry, ...]
    gap: tuple[Entry, ...]
    gross_cents: int | None
    gap_reversed: bool = False
    waiting_cents: int = 0
    placed_cents: int = 0


class Bank:
    """``told_until``: the last day of which a statement was made."""

    def __init__(self, told_until: date, iban: str = IBAN) -> None:
        self.told_until, self.iban, self.balance_cents = told_until, iban, 0
        self.moves: list[Moved] = []
        self._count = 0

    def statement(self, until: date, *, camt: bool) -> tuple[str, bytes, list[Moved]] | None:
        """From the last statement to the evening of ``until``; nothing twice for one evening."""
        if until <= self.told_until:
            return None
        moved = [each for each in self.moves if self.told_until < each.on <= until]
        moved.sort(key=lambda each: each.on)
        self._count += 1
        said = Statement(
            lines=tuple(Line(each.cents, each.on, label=each.label) for each in moved),
            opening_cents=self.balance_cents,
            from_on=self.told_until,
            to_on=until,
            iban=self.iban,
            statement_id=f"R{self._count}",
        )
        self.balance_cents, self.told_until = said.closing, until
        if camt:
            return f"releve_{self._count}.xml", camt_file(said, version="08"), moved
        return f"releve_{self._count}.txt", cfonb_file(said), moved
