"""The rules of a version of a fund's scheme, ready to choose from."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date

from comptabilite.models import RegleComptable, SchemaComptable


class RuleMissing(Exception):
    """The fund's scheme in force that day says nothing of this event: no entry can be made."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One event, one family (empty: every family without a rule of its own): journal, accounts,
    and what their auxiliary accounts name (``Auxiliaire``; empty when the scheme does not say)."""

    event: str
    famille: str
    journal_id: int
    debit_id: int
    credit_id: int
    debit_auxiliaire: str = ""
    credit_auxiliaire: str = ""


@dataclass(frozen=True, slots=True)
class Rules:
    """What a version says of each event."""

    by_event: dict[tuple[str, str], Rule]
    elsewhere: frozenset[str] = field(default_factory=frozenset)

    def rule_for(self, event: str, famille: str = "") -> Rule:
        """The rule of the family, or the one that serves every family; raises ``RuleMissing``."""
        rule = self.by_event.get((event, famille)) or self.by_event.get((event, ""))
        if rule is None:
            raise RuleMissing(f"no rule for {event} {famille or '*'} in this fund's scheme")
        return rule

    def left_to_the_fund(self, event: str) -> bool:
        """Whether the fund's own software writes this event, and the portal does not."""
        return event in self.elsewhere


def rules_on(caisse_id: int, on: date) -> Rules:
    """The rules of the version in force on an accounting date (Paris); none without a version.

    For reading: what writes asks ``rules_of_open_day``, which keeps closings and adoptions out
    until it is done.
    """
    schema = SchemaComptable.objects.in_force(caisse_id=caisse_id, on=on).first()
    return rules_of(schema) if schema is not None else Rules({})


def rules_of(schema: SchemaComptable) -> Rules:
    """The rules of this version, draft or adopted."""
    rows = RegleComptable.objects.filter(schema=schema, caisse_id=schema.caisse_id)
    return Rules(_by_event(rows.with_auxiliaries()), frozenset(schema.booked_elsewhere))


def rules_of_open_day(caisse_id: int, on: date, events: Collection[str]) -> tuple[Rules, date]:
    """The rules of these events on the first open day from ``on`` (Paris), and that day (``on``
    when there is no rule: nothing can be written). In one statement; until the transaction ends no
    day of the fund closes and no version of its scheme is adopted."""
    rows = list(RegleComptable.objects.of_open_day(caisse_id=caisse_id, on=on, events=events))
    return Rules(_by_event(rows)), rows[0].open_on if rows else on


def _by_event(rows: Iterable[RegleComptable]) -> dict[tuple[str, str], Rule]:
    return {(row.event, row.famille): _rule(row) for row in rows}


def _rule(row: RegleComptable) -> Rule:
    return Rule(
        event=row.event,
        famille=row.famille,
        journal_id=row.journal_id,
        debit_id=row.debit_id,
        credit_id=row.credit_id,
        debit_auxiliaire=getattr(row, "debit_auxiliaire", None) or "",
        credit_auxiliaire=getattr(row, "credit_auxiliaire", None) or "",
    )
