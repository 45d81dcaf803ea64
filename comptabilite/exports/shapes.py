"""What passes from the database to the writers, one écriture at a time.

Texts hold no TAB, CR or LF any more. Dates are text (``YYYY-MM-DD``), as every format wants them;
amounts are cents.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import NamedTuple

from comptabilite.models.export import PartOfExport


class Line(NamedTuple):
    """A line of an écriture, with the label of its account on the accounting date."""

    position: int
    compte: str
    compte_label: str
    auxiliaire: str
    label: str
    debit_cents: int
    credit_cents: int
    letter: str = ""
    lettered_on: str | None = None


class Final(NamedTuple):
    """A final écriture: its number, its place in the chain and its lines, by position."""

    journal: str
    exercice: int
    number: int
    accounting_on: str
    origin_on: str
    validated_on: str
    piece: str
    label: str
    event: str
    reverses: str | None
    public_id: str
    previous_hash: str
    hash: str
    lines: list[Line]


@dataclass(frozen=True, slots=True)
class JournalBefore:
    """A journal, and where its chain and its numbers were before the file."""

    pk: int
    code: str
    label: str
    previous_hash: str
    previous_number: int


@dataclass(frozen=True, slots=True)
class Book:
    """What a file says of itself. Dates are Paris dates, both included; ``as_of`` is in UTC."""

    caisse_id: int
    caisse: str
    siren: str
    caisse_label: str
    first_on: date
    last_on: date
    as_of: datetime
    encoding: str
    journals: tuple[JournalBefore, ...]

    @property
    def as_of_text(self) -> str:
        """To the second, as the formats write it."""
        return f"{self.as_of.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


class Chunk(NamedTuple):
    """Some bytes of one of the files of an export."""

    part: PartOfExport
    content: bytes
