"""A statement as a bank knows it, before it is written in one format or another."""

from dataclasses import dataclass
from datetime import date

#: The example of the French banks: a right key, nobody's account.
IBAN = "FR7630006000011234567890189"
RIB = "300060000112345678901"


@dataclass(frozen=True)
class Line:
    """One movement: cents positive for a credit of the account. Complements go to CFONB records 05
    (qualifier, text) and to remittance information of camt.053."""

    cents: int
    booked_on: date = date(2026, 11, 20)
    value_on: date | None = None
    label: str = "REMISE CB"
    reference: str = ""
    code: str = "05"
    complements: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Statement:
    """One account between two balances; the closing one is computed unless it is given."""

    lines: tuple[Line, ...] = ()
    opening_cents: int = 0
    closing_cents: int | None = None
    from_on: date = date(2026, 11, 19)
    to_on: date = date(2026, 11, 20)
    iban: str = IBAN
    sequence: int | None = None
    statement_id: str = "R1"

    @property
    def closing(self) -> int:
        if self.closing_cents is not None:
            return self.closing_cents
        return self.opening_cents + sum(line.cents for line in self.lines)
