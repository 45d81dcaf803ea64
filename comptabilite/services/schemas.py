"""Gives each fund the default scheme of accounts, as a proposal that it has to confirm."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.db import transaction

from allocataires.nomenclature import Famille
from caf_portal.data_file import DataFileRefused, Row, read_rows
from caisses.models import Caisse
from comptabilite.models import Compte, Journal, RegleComptable, SchemaComptable
from comptabilite.models.events import Evenement

SCHEMA_FILE = Path(__file__).parent.parent / "data" / "schema_defaut.csv"
#: The official nomenclature is not public: each fund confirms or replaces this (docs/domaine.md).
SCHEMA_LABEL = "Schéma proposé, à confirmer par la caisse"
EFFECTIVE_ON = date(2026, 1, 1)

_FIELDS = (
    "event",
    "famille",
    "journal",
    "journal_label",
    "debit",
    "debit_label",
    "credit",
    "credit_label",
)
_EVENTS = {event.value: event for event in Evenement}
_FAMILLES = {"": "", **{famille.value: famille for famille in Famille}}


@dataclass(frozen=True, slots=True)
class DefaultRule:
    """One line of the default scheme; journal and accounts are (number, label)."""

    event: str
    famille: str
    journal: tuple[str, str]
    debit: tuple[str, str]
    credit: tuple[str, str]


def load_schemas(*, path: Path = SCHEMA_FILE, effective_on: date = EFFECTIVE_ON) -> int:
    """Give the default scheme to the funds that have none; returns how many received it.

    A fund that has any scheme of its own keeps it as it is, accounts included. One INSERT a
    table. Runs inside a national scope; raises ``DataFileRefused``, and then nothing is written.
    """
    rules = read_rules(path)
    with transaction.atomic():
        served = SchemaComptable.objects.values("caisse_id")
        caisse_ids = list(
            Caisse.objects.exclude(pk__in=served).order_by("pk").values_list("pk", flat=True)
        )
        _write(caisse_ids, rules, effective_on)
    return len(caisse_ids)


def read_rules(path: Path) -> list[DefaultRule]:
    """The rules of a file; raises ``DataFileRefused`` at the first bad value."""
    rules: list[DefaultRule] = []
    for row in read_rows(path, fields=_FIELDS):
        rule = _rule(row)
        if any((known.event, known.famille) == (rule.event, rule.famille) for known in rules):
            raise row.refused("famille", "this event and family already have a rule")
        rules.append(rule)
    if not rules:
        raise DataFileRefused(f"{path.name}: no rule in this file")
    return rules


def _rule(row: Row) -> DefaultRule:
    return DefaultRule(
        event=row.choice("event", _EVENTS),
        famille=row.choice("famille", _FAMILLES),
        journal=(row.text("journal"), row.text("journal_label")),
        debit=_account(row, "debit"),
        credit=_account(row, "credit"),
    )


def _account(row: Row, field: str) -> tuple[str, str]:
    number = row.text(field)
    if not (number.isascii() and number.isdigit() and 3 <= len(number) <= 12):
        raise row.refused(field, f"{number!r} is not an account of 3 to 12 digits")
    return number, row.text(f"{field}_label")


def _write(caisse_ids: Sequence[int], rules: Sequence[DefaultRule], effective_on: date) -> None:
    journals = _journals(caisse_ids, dict(rule.journal for rule in rules))
    labels = dict(account for rule in rules for account in (rule.debit, rule.credit))
    comptes = _comptes(caisse_ids, labels)
    schemas = SchemaComptable.objects.bulk_create(
        SchemaComptable(caisse_id=pk, effective_on=effective_on, label=SCHEMA_LABEL)
        for pk in caisse_ids
    )
    RegleComptable.objects.bulk_create(
        RegleComptable(
            caisse_id=schema.caisse_id,
            schema=schema,
            event=rule.event,
            famille=rule.famille,
            journal_id=journals[schema.caisse_id, rule.journal[0]],
            debit_id=comptes[schema.caisse_id, rule.debit[0]],
            credit_id=comptes[schema.caisse_id, rule.credit[0]],
        )
        for schema in schemas
        for rule in rules
    )


def _journals(caisse_ids: Sequence[int], labels: dict[str, str]) -> dict[tuple[int, str], int]:
    """Identifiers by (fund, code); the journals that a fund already has keep their labels."""
    Journal.objects.bulk_create(
        (
            Journal(caisse_id=pk, code=code, label=labels[code])
            for pk, code in _each(caisse_ids, labels)
        ),
        ignore_conflicts=True,
    )
    found = Journal.objects.filter(caisse_id__in=caisse_ids, code__in=labels)
    return {(pk, code): key for pk, code, key in found.values_list("caisse_id", "code", "pk")}


def _comptes(caisse_ids: Sequence[int], labels: dict[str, str]) -> dict[tuple[int, str], int]:
    """Identifiers by (fund, number); the accounts that a fund already has keep their labels."""
    Compte.objects.bulk_create(
        (
            Compte(caisse_id=pk, number=number, label=labels[number])
            for pk, number in _each(caisse_ids, labels)
        ),
        ignore_conflicts=True,
    )
    found = Compte.objects.filter(caisse_id__in=caisse_ids, number__in=labels)
    return {(pk, number): key for pk, number, key in found.values_list("caisse_id", "number", "pk")}


def _each(caisse_ids: Sequence[int], labels: Iterable[str]) -> Iterable[tuple[int, str]]:
    return ((pk, word) for pk in caisse_ids for word in labels)
