"""Writes in each version of a scheme the names of the accounts and journals that it uses."""

from collections.abc import Iterable

from django.db import transaction

from comptabilite.models import Compte, CompteSchema, Journal, JournalSchema, RegleComptable
from comptabilite.models.plan import Auxiliaire
from comptabilite.services.default_scheme import DefaultScheme

#: A version and an account, or a journal.
_Pair = tuple[int, int]


def name_what_is_used(*, scheme: DefaultScheme) -> int:
    """Give each version a name for each account and journal of its rules; returns how many.

    The name is the one that held (``Compte.label``), so that nothing written before changes by it.
    Kinds and auxiliary rules are those of the default scheme for its own numbers; for an account
    of the fund's own, what held: the debt. A few statements whatever the funds. Runs inside a
    national scope; running it again adds nothing.
    """
    with transaction.atomic():
        used = list(
            RegleComptable.objects.values_list("schema_id", "journal_id", "debit_id", "credit_id")
        )
        journals = {(schema_id, journal_id) for schema_id, journal_id, _, _ in used}
        comptes = {(schema_id, pk) for schema_id, _, *pair in used for pk in pair}
        journals -= set(JournalSchema.objects.values_list("schema_id", "journal_id"))
        comptes -= set(CompteSchema.objects.values_list("schema_id", "compte_id"))
        JournalSchema.objects.bulk_create(_journals(sorted(journals), scheme))
        CompteSchema.objects.bulk_create(_comptes(sorted(comptes), scheme))
    return len(journals) + len(comptes)


def _journals(missing: list[_Pair], scheme: DefaultScheme) -> Iterable[JournalSchema]:
    known = Journal.objects.in_bulk([journal_id for _, journal_id in missing])
    for schema_id, journal_id in missing:
        journal = known[journal_id]
        default = scheme.journals.get(journal.code)
        yield JournalSchema(
            caisse_id=journal.caisse_id,
            schema_id=schema_id,
            journal=journal,
            label=journal.label,
            kind=default.kind if default else journal.kind,
        )


def _comptes(missing: list[_Pair], scheme: DefaultScheme) -> Iterable[CompteSchema]:
    known = Compte.objects.in_bulk([compte_id for _, compte_id in missing])
    for schema_id, compte_id in missing:
        compte = known[compte_id]
        default = scheme.comptes.get(compte.number)
        yield CompteSchema(
            caisse_id=compte.caisse_id,
            schema_id=schema_id,
            compte=compte,
            label=compte.label,
            auxiliaire=default.auxiliaire if default else Auxiliaire.CREANCE,
        )
