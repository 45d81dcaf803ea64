"""Adds to the schemes of the funds the events that the portal learnt after they were made."""

from collections import defaultdict
from collections.abc import Sequence

from django.db import transaction

from comptabilite.models import Compte, Journal, RegleComptable, SchemaComptable
from comptabilite.models.events import Evenement
from comptabilite.models.schema import SchemaStatus
from comptabilite.services.default_scheme import DefaultRule, DefaultScheme
from comptabilite.services.schemas import open_comptes, open_journals

#: Rules that tell which account of its own a fund uses where the default scheme has another.
_TELLING = (Evenement.CARD_PAYMENT, Evenement.UNIDENTIFIED_RECEIPT)


def add_new_events(*, scheme: DefaultScheme) -> int:
    """Give each adopted scheme the rules of the events that it says nothing of; returns how many.

    Where a fund replaced an account of the default scheme by its own (those of its rules for
    receipts), the new rules use its own; the other accounts and journals are made where they are
    missing. A scheme that has any rule for an event, or leaves it to the fund's software, keeps
    what it says. No scheme is dated anew: an event that no écriture has used yet changes nothing
    of the past. Runs inside a national scope; running it again adds nothing.
    """
    with transaction.atomic():
        known = _known_rules()
        schemas = SchemaComptable.objects.filter(pk__in=known, status=SchemaStatus.ADOPTE)
        missing = {
            schema: missed
            for schema in schemas.order_by("pk")
            if (missed := _missing(schema, known[schema.pk], scheme))
        }
        added = _made(missing, known, scheme)
        RegleComptable.objects.bulk_create(added)
    return len(added)


def _known_rules() -> dict[int, list[RegleComptable]]:
    found: dict[int, list[RegleComptable]] = defaultdict(list)
    for rule in RegleComptable.objects.order_by("pk"):
        found[rule.schema_id].append(rule)
    return found


def _missing(
    schema: SchemaComptable, rules: list[RegleComptable], scheme: DefaultScheme
) -> list[DefaultRule]:
    said = {rule.event for rule in rules} | set(schema.booked_elsewhere)
    return [rule for rule in scheme.rules if rule.event not in said]


def _made(
    missing: dict[SchemaComptable, list[DefaultRule]],
    known: dict[int, list[RegleComptable]],
    scheme: DefaultScheme,
) -> list[RegleComptable]:
    caisse_ids = sorted({schema.caisse_id for schema in missing})
    wanted = [rule for rules in missing.values() for rule in rules]
    journals, comptes = _opened(caisse_ids, wanted, scheme)
    added = []
    for schema, rules in missing.items():
        own = _own_accounts(scheme, known[schema.pk])
        for rule in rules:
            fund = schema.caisse_id
            added.append(
                RegleComptable(
                    caisse_id=fund,
                    schema=schema,
                    event=rule.event,
                    famille=rule.famille,
                    journal=journals[fund, rule.journal],
                    debit_id=own.get(rule.debit) or comptes[fund, rule.debit].pk,
                    credit_id=own.get(rule.credit) or comptes[fund, rule.credit].pk,
                )
            )
    return added


def _opened(
    caisse_ids: Sequence[int], wanted: Sequence[DefaultRule], scheme: DefaultScheme
) -> tuple[dict[tuple[int, str], Journal], dict[tuple[int, str], Compte]]:
    codes = sorted({rule.journal for rule in wanted})
    numbers = sorted({number for rule in wanted for number in (rule.debit, rule.credit)})
    return (
        open_journals(caisse_ids, [scheme.journals[code] for code in codes]),
        open_comptes(caisse_ids, [scheme.comptes[number] for number in numbers]),
    )


def _own_accounts(scheme: DefaultScheme, rules: list[RegleComptable]) -> dict[str, int]:
    """By number in the default scheme: the account that this scheme uses for the same."""
    mine = {(rule.event, rule.famille): rule for rule in rules}
    own: dict[str, int] = {}
    for default in scheme.rules:
        fitting = mine.get((default.event, default.famille)) or mine.get((default.event, ""))
        if default.event in _TELLING and fitting is not None:
            own[default.debit] = fitting.debit_id
            own[default.credit] = fitting.credit_id
    return own
