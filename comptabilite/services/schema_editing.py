"""What an accountant changes in a draft: its rules, its names, its accounts and journals."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from caisses.models import Agent
from comptabilite.models import (
    Compte,
    CompteSchema,
    Journal,
    JournalSchema,
    RegleComptable,
    SchemaComptable,
)
from comptabilite.models.events import OF_THE_FUNDS_SOFTWARE, WITHOUT_FAMILLE, Evenement
from comptabilite.services.schema_drafts import SchemaRefused, locked_draft

_NUMBER = re.compile(r"[0-9]{3,12}")
_CODE = re.compile(r"[A-Z0-9]{2,6}")
#: What a FEC calls its opening balances (docs/journal-format.md): no journal bears it.
_OPENING = "AN"


@dataclass(frozen=True, slots=True)
class Header:
    """What is said of a version as a whole; ``effective_on`` is a Paris date."""

    label: str
    effective_on: date
    remittance_mode: str
    booked_elsewhere: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Choice:
    """A journal and two accounts, by their keys."""

    journal_id: int
    debit_id: int
    credit_id: int


@dataclass(frozen=True, slots=True)
class Names:
    """What accounts are called, with what their auxiliary names; what journals are called, with
    their kind. By key of the account or journal."""

    comptes: Mapping[int, tuple[str, str]]
    journals: Mapping[int, tuple[str, str]]


@transaction.atomic
def set_header(*, schema_id: int, agent: Agent, header: Header) -> SchemaComptable:
    """Change the draft's label, date, remittances and events left to the fund's software; raises
    ``SchemaRefused``."""
    schema = locked_draft(schema_id=schema_id, agent=agent)
    if not set(header.booked_elsewhere) <= OF_THE_FUNDS_SOFTWARE:
        raise SchemaRefused(_("Seuls les mouvements du logiciel de la caisse peuvent lui rester."))
    schema.label, schema.effective_on = header.label, header.effective_on
    schema.remittance_mode = header.remittance_mode
    schema.booked_elsewhere = sorted(set(header.booked_elsewhere))
    schema.save(update_fields=["label", "effective_on", "remittance_mode", "booked_elsewhere"])
    return schema


@transaction.atomic
def set_rules(
    *, schema_id: int, agent: Agent, event: Evenement, choices: Mapping[str, Choice]
) -> None:
    """Replace the draft's rules of an event by these, one a family (empty: every other one).

    Accounts and journals are those that the draft names; an event that is about no debt has one
    rule. Raises ``SchemaRefused``.
    """
    schema = locked_draft(schema_id=schema_id, agent=agent)
    if event in WITHOUT_FAMILLE and set(choices) - {""}:
        raise SchemaRefused(_("Cet événement n’a pas de famille : une seule règle lui sert."))
    _refuse_unknown(schema, choices)
    schema.regles.filter(event=event).delete()
    RegleComptable.objects.bulk_create(
        RegleComptable(
            caisse_id=schema.caisse_id,
            schema=schema,
            event=event,
            famille=famille,
            journal_id=choice.journal_id,
            debit_id=choice.debit_id,
            credit_id=choice.credit_id,
        )
        for famille, choice in choices.items()
    )


@transaction.atomic
def set_names(*, schema_id: int, agent: Agent, names: Names) -> None:
    """Change what the draft calls these accounts and journals; numbers and codes never change, and
    what it does not name is left alone. Raises ``SchemaRefused``."""
    schema = locked_draft(schema_id=schema_id, agent=agent)
    comptes = list(schema.comptes.filter(compte__in=names.comptes))
    for compte in comptes:
        compte.label, compte.auxiliaire = names.comptes[compte.compte_id]
    CompteSchema.objects.bulk_update(comptes, ["label", "auxiliaire"])
    journals = list(schema.journaux.filter(journal__in=names.journals))
    for journal in journals:
        journal.label, journal.kind = names.journals[journal.journal_id]
    JournalSchema.objects.bulk_update(journals, ["label", "kind"])


@transaction.atomic
def open_compte(
    *, schema_id: int, agent: Agent, number: str, label: str, auxiliaire: str
) -> Compte:
    """Open an account of the fund's own, named in the draft; raises ``SchemaRefused``. Its number
    is in écritures for ever: it is neither changed nor erased."""
    schema = locked_draft(schema_id=schema_id, agent=agent)
    if not _NUMBER.fullmatch(number):
        raise SchemaRefused(_("Un numéro de compte a de 3 à 12 chiffres."))
    compte, is_new = Compte.objects.get_or_create(
        caisse_id=schema.caisse_id, number=number, defaults={"label": label}
    )
    if not is_new and schema.comptes.filter(compte=compte).exists():
        raise SchemaRefused(_("Le compte %(number)s existe déjà.") % {"number": number})
    CompteSchema.objects.create(
        caisse_id=schema.caisse_id,
        schema=schema,
        compte=compte,
        label=label,
        auxiliaire=auxiliaire,
    )
    return compte


@transaction.atomic
def open_journal(*, schema_id: int, agent: Agent, code: str, label: str, kind: str) -> Journal:
    """Open a journal of the fund's own, named in the draft; raises ``SchemaRefused``. Its code is
    in écritures for ever: it is neither changed nor erased."""
    schema = locked_draft(schema_id=schema_id, agent=agent)
    if not _CODE.fullmatch(code):
        raise SchemaRefused(_("Un code de journal a de 2 à 6 lettres majuscules ou chiffres."))
    if code == _OPENING:
        raise SchemaRefused(_("Le code AN est celui des à-nouveaux des exports."))
    journal, is_new = Journal.objects.get_or_create(
        caisse_id=schema.caisse_id, code=code, defaults={"label": label, "kind": kind}
    )
    if not is_new and schema.journaux.filter(journal=journal).exists():
        raise SchemaRefused(_("Le journal %(code)s existe déjà.") % {"code": code})
    JournalSchema.objects.create(
        caisse_id=schema.caisse_id, schema=schema, journal=journal, label=label, kind=kind
    )
    return journal


def _refuse_unknown(schema: SchemaComptable, choices: Mapping[str, Choice]) -> None:
    comptes = {pk for choice in choices.values() for pk in (choice.debit_id, choice.credit_id)}
    journals = {choice.journal_id for choice in choices.values()}
    known = set(schema.comptes.filter(compte__in=comptes).values_list("compte_id", flat=True))
    named = set(schema.journaux.filter(journal__in=journals).values_list("journal_id", flat=True))
    if comptes - known or journals - named:
        raise SchemaRefused(_("Choisissez un journal et des comptes de cette version."))
