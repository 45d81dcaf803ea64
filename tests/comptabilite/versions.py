"""Drafts, adopts and looks at versions of a scheme, in a few words."""

from datetime import UTC, date, datetime, timedelta

from caf_portal.paris import paris_date
from caisses.models import Agent, Caisse
from comptabilite.models import SchemaComptable
from comptabilite.models.events import Evenement
from comptabilite.services.schema_adoption import adopt_version
from comptabilite.services.schema_drafts import draft_version
from comptabilite.services.schema_editing import Choice, Header, set_header, set_rules

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
TOMORROW = paris_date(NOW) + timedelta(days=1)


def fund(code: str = "011") -> int:
    """The key of a fund."""
    return Caisse.objects.get(code=code).pk


def drafted(agent: Agent, code: str = "011", **header: object) -> SchemaComptable:
    """A draft of the fund's scheme, with a word of its header changed."""
    schema = draft_version(caisse_id=fund(code), agent=agent, now=NOW)
    return with_header(schema, agent, **header) if header else schema


def with_header(schema: SchemaComptable, agent: Agent, **header: object) -> SchemaComptable:
    """The same draft, beginning on another day or called something else."""
    words = {
        "label": schema.label,
        "effective_on": schema.effective_on,
        "remittance_mode": schema.remittance_mode,
        "booked_elsewhere": tuple(schema.booked_elsewhere),
        **header,
    }
    return set_header(schema_id=schema.pk, agent=agent, header=Header(**words))


def adopted(agent: Agent, on: date = TOMORROW) -> SchemaComptable:
    """A version of the fund that rules from this day."""
    schema = drafted(agent, effective_on=on)
    return adopt_version(schema_id=schema.pk, agent=agent, now=NOW)


def choices_of(schema: SchemaComptable, event: Evenement) -> dict[str, Choice]:
    """The rules of an event as the editing takes them."""
    return {
        rule.famille: Choice(rule.journal_id, rule.debit_id, rule.credit_id)
        for rule in schema.regles.filter(event=event)
    }


def change_rule(
    schema: SchemaComptable, agent: Agent, event: Evenement, famille: str = "", **changes: int
) -> None:
    """One rule with another account or journal; the others of the event stay."""
    choices = choices_of(schema, event)
    old = choices[famille]
    values = {
        "journal_id": old.journal_id,
        "debit_id": old.debit_id,
        "credit_id": old.credit_id,
        **changes,
    }
    set_rules(
        schema_id=schema.pk,
        agent=agent,
        event=event,
        choices=choices | {famille: Choice(**values)},
    )
