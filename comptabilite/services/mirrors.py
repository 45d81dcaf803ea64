"""Completes the schemes that say how money comes in and not how it goes back."""

from django.db import transaction

from comptabilite.models import RegleComptable
from comptabilite.models.events import Evenement

#: What goes back takes the road by which it came, the other way round.
MIRRORS = {
    Evenement.CARD_PAYMENT: Evenement.CARD_REFUND,
    Evenement.UNIDENTIFIED_RECEIPT: Evenement.SUSPENSE_REFUND,
}


def complete_schemas() -> int:
    """Give each scheme the rules of refunds that it lacks; returns how many were added.

    A scheme that has any rule for the event keeps it as it is. The accounts are the scheme's own:
    debit and credit of its rule for receipts change places. Runs inside a national scope; running
    it again adds nothing.
    """
    with transaction.atomic():
        served = set(
            RegleComptable.objects.filter(event__in=MIRRORS.values()).values_list(
                "schema_id", "event"
            )
        )
        rules = RegleComptable.objects.filter(event__in=MIRRORS).order_by("pk")
        added = [
            _mirror(rule)
            for rule in rules
            if (rule.schema_id, MIRRORS[Evenement(rule.event)]) not in served
        ]
        RegleComptable.objects.bulk_create(added)
    return len(added)


def _mirror(rule: RegleComptable) -> RegleComptable:
    return RegleComptable(
        caisse_id=rule.caisse_id,
        schema_id=rule.schema_id,
        event=MIRRORS[Evenement(rule.event)],
        famille=rule.famille,
        journal_id=rule.journal_id,
        debit_id=rule.credit_id,
        credit_id=rule.debit_id,
    )
