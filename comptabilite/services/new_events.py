"""Adds to the schemes of the funds the events that the portal learnt after they were made."""

from collections import defaultdict
from pathlib import Path

from django.db import transaction

from comptabilite.models import Compte, Journal, RegleComptable, SchemaComptable
from comptabilite.models.events import Evenement
from comptabilite.services.schemas import SCHEMA_FILE, DefaultRule, read_rules

#: Rules that tell which account of its own a fund uses where the default scheme has another.
_TELLING = (Evenement.CARD_PAYMENT, Evenement.UNIDENTIFIED_RECEIPT)


def add_new_events(*, path: Path = SCHEMA_FILE) -> int:
    """Give each scheme the rules of the events that it says nothing of; returns how many.

    Where a fund replaced an account of the default scheme by its own (those of its rules for
    receipts), the new rules use its own; the other accounts and journals are made where they are
    missing. A scheme that has any rule for an event keeps it as it is. No scheme is dated anew:
    an event that no écriture has used yet changes nothing of the past. Runs inside a national
    scope; running it again adds nothing. Raises ``DataFileRefused``.
    """
    defaults = read_rules(path)
    by_event: dict[str, list[DefaultRule]] = defaultdict(list)
    for rule in defaults:
        by_event[rule.event].append(rule)
    with transaction.atomic():
        known, cache, added = _known_rules(), _Cache(), []
        for schema in SchemaComptable.objects.filter(pk__in=known).order_by("pk"):
            rules = known[schema.pk]
            own = _own_accounts(defaults, rules)
            said = {rule.event for rule in rules}
            missing = (rule for event, of in by_event.items() if event not in said for rule in of)
            added += [_made(schema, rule, own, cache) for rule in missing]
        RegleComptable.objects.bulk_create(added)
    return len(added)


def _known_rules() -> dict[int, list[RegleComptable]]:
    found: dict[int, list[RegleComptable]] = defaultdict(list)
    for rule in RegleComptable.objects.order_by("pk"):
        found[rule.schema_id].append(rule)
    return found


def _own_accounts(defaults: list[DefaultRule], rules: list[RegleComptable]) -> dict[str, int]:
    """By number in the default scheme: the account that this scheme uses for the same."""
    mine = {(rule.event, rule.famille): rule for rule in rules}
    own: dict[str, int] = {}
    for default in defaults:
        fitting = mine.get((default.event, default.famille)) or mine.get((default.event, ""))
        if default.event in _TELLING and fitting is not None:
            own[default.debit[0]] = fitting.debit_id
            own[default.credit[0]] = fitting.credit_id
    return own


class _Cache:
    """Accounts and journals by fund and number, made where they are missing."""

    def __init__(self) -> None:
        self._comptes: dict[tuple[int, str], int] = {}
        self._journals: dict[tuple[int, str], int] = {}
        for pk, caisse_id, number in Compte.objects.values_list("pk", "caisse_id", "number"):
            self._comptes[caisse_id, number] = pk
        for pk, caisse_id, code in Journal.objects.values_list("pk", "caisse_id", "code"):
            self._journals[caisse_id, code] = pk

    def compte(self, caisse_id: int, account: tuple[str, str]) -> int:
        """The account of a fund with this number."""
        key = (caisse_id, account[0])
        if key not in self._comptes:
            made = Compte.objects.create(caisse_id=caisse_id, number=account[0], label=account[1])
            self._comptes[key] = made.pk
        return self._comptes[key]

    def journal(self, caisse_id: int, journal: tuple[str, str]) -> int:
        """The journal of a fund with this code."""
        key = (caisse_id, journal[0])
        if key not in self._journals:
            made = Journal.objects.create(caisse_id=caisse_id, code=journal[0], label=journal[1])
            self._journals[key] = made.pk
        return self._journals[key]


def _made(
    schema: SchemaComptable, rule: DefaultRule, own: dict[str, int], cache: _Cache
) -> RegleComptable:
    caisse_id = schema.caisse_id
    return RegleComptable(
        caisse_id=caisse_id,
        schema=schema,
        event=rule.event,
        famille=rule.famille,
        journal_id=cache.journal(caisse_id, rule.journal),
        debit_id=own.get(rule.debit[0]) or cache.compte(caisse_id, rule.debit),
        credit_id=own.get(rule.credit[0]) or cache.compte(caisse_id, rule.credit),
    )
