"""What a day's proof finds: a residual before it is written, and what makes it explained."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import connection

from comptabilite.models.anomalie import AnomalieKind
from rapprochement.models.proof import ResiduKind
from rapprochement.statements import statement


@dataclass(frozen=True, slots=True)
class Finding:
    """One residual. ``amount_cents`` is platform less books, or bank less books.

    Without ``anomalie`` its kind explains it; with one, an agent does. ``own`` tells whether the
    figures of the day hold it: what was told after its own day had closed is named by the first
    open one, and is in none of its figures.
    """

    kind: ResiduKind
    subject: str
    amount_cents: int
    since_on: date
    detail: str
    anomalie: AnomalieKind | None = None
    own: bool = True
    proposal: dict[str, Any] = field(default_factory=dict)


class Day(NamedTuple):
    """The day of a fund that is proved."""

    caisse_id: int
    on: date

    @property
    def params(self) -> dict[str, Any]:
        """The parameters of the statements of a proof."""
        return {"caisse_id": self.caisse_id, "day_on": self.on}


def rows_of(name: str, day: Day) -> Iterator[dict[str, Any]]:
    """The rows that a statement of ``rapprochement/sql`` gives for the day, by column."""
    with connection.cursor() as cursor:
        cursor.execute(statement(name), day.params)
        columns = [column.name for column in cursor.description or ()]
        rows = cursor.fetchall()
    for row in rows:
        yield dict(zip(columns, map(_whole, row), strict=True))


def _whole(value: Any) -> Any:
    """Sums of cents are whole numbers, which the database widens."""
    return int(value) if isinstance(value, Decimal) else value
