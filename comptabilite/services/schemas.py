"""Gives each fund the default scheme of accounts, as a proposal that it has to confirm."""

from collections.abc import Iterable, Sequence
from datetime import date

from django.db import transaction

from caisses.models import Caisse
from comptabilite.models import (
    Compte,
    CompteSchema,
    Journal,
    JournalSchema,
    RegleComptable,
    SchemaComptable,
)
from comptabilite.services.default_scheme import (
    REMITTANCE_MODE,
    DefaultCompte,
    DefaultJournal,
    DefaultScheme,
)

#: The official nomenclature is not public: each fund confirms or replaces this (docs/domaine.md).
SCHEMA_LABEL = "Schéma proposé, à confirmer par la caisse"
EFFECTIVE_ON = date(2026, 1, 1)


def load_schemas(*, scheme: DefaultScheme, effective_on: date = EFFECTIVE_ON) -> int:
    """Give the default scheme to the funds that have none; returns how many received it.

    A fund that has any scheme of its own keeps it as it is, accounts included. One INSERT a
    table. Runs inside a national scope, in one transaction.
    """
    with transaction.atomic():
        served = SchemaComptable.objects.values("caisse_id")
        caisse_ids = list(
            Caisse.objects.exclude(pk__in=served).order_by("pk").values_list("pk", flat=True)
        )
        _write(caisse_ids, scheme, effective_on)
    return len(caisse_ids)


def _write(caisse_ids: Sequence[int], scheme: DefaultScheme, effective_on: date) -> None:
    journals = open_journals(caisse_ids, scheme.journals.values())
    comptes = open_comptes(caisse_ids, scheme.comptes.values())
    schemas = SchemaComptable.objects.bulk_create(
        SchemaComptable(
            caisse_id=pk,
            effective_on=effective_on,
            label=SCHEMA_LABEL,
            remittance_mode=REMITTANCE_MODE,
        )
        for pk in caisse_ids
    )
    _name(schemas, scheme, journals, comptes)
    RegleComptable.objects.bulk_create(
        RegleComptable(
            caisse_id=schema.caisse_id,
            schema=schema,
            event=rule.event,
            famille=rule.famille,
            journal=journals[schema.caisse_id, rule.journal],
            debit=comptes[schema.caisse_id, rule.debit],
            credit=comptes[schema.caisse_id, rule.credit],
        )
        for schema in schemas
        for rule in scheme.rules
    )


def _name(
    schemas: Sequence[SchemaComptable],
    scheme: DefaultScheme,
    journals: dict[tuple[int, str], Journal],
    comptes: dict[tuple[int, str], Compte],
) -> None:
    """Under the names that the fund's accounts already have."""
    JournalSchema.objects.bulk_create(
        JournalSchema(
            caisse_id=schema.caisse_id,
            schema=schema,
            journal=journals[schema.caisse_id, code],
            label=journals[schema.caisse_id, code].label,
            kind=default.kind,
        )
        for schema in schemas
        for code, default in scheme.journals.items()
    )
    CompteSchema.objects.bulk_create(
        CompteSchema(
            caisse_id=schema.caisse_id,
            schema=schema,
            compte=comptes[schema.caisse_id, number],
            label=comptes[schema.caisse_id, number].label,
            auxiliaire=default.auxiliaire,
        )
        for schema in schemas
        for number, default in scheme.comptes.items()
    )


def open_journals(
    caisse_ids: Sequence[int], wanted: Iterable[DefaultJournal]
) -> dict[tuple[int, str], Journal]:
    """By (fund, code), made where they are missing: two statements whatever the funds."""
    defaults = list(wanted)
    Journal.objects.bulk_create(
        (
            Journal(caisse_id=pk, code=each.code, label=each.label, kind=each.kind)
            for pk in caisse_ids
            for each in defaults
        ),
        ignore_conflicts=True,
    )
    found = Journal.objects.filter(
        caisse_id__in=caisse_ids, code__in=[each.code for each in defaults]
    )
    return {(journal.caisse_id, journal.code): journal for journal in found}


def open_comptes(
    caisse_ids: Sequence[int], wanted: Iterable[DefaultCompte]
) -> dict[tuple[int, str], Compte]:
    """By (fund, number), made where they are missing: two statements whatever the funds."""
    defaults = list(wanted)
    Compte.objects.bulk_create(
        (
            Compte(caisse_id=pk, number=each.number, label=each.label)
            for pk in caisse_ids
            for each in defaults
        ),
        ignore_conflicts=True,
    )
    found = Compte.objects.filter(
        caisse_id__in=caisse_ids, number__in=[each.number for each in defaults]
    )
    return {(compte.caisse_id, compte.number): compte for compte in found}
