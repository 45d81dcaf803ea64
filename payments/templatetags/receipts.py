"""``{% load receipts %}``: the way from a line of a debt's history to the payment behind it."""

from collections.abc import Iterable
from uuid import UUID

from django import template

from allocataires.models import Mouvement
from allocataires.session import Debtor
from payments.queries import payments_of

register = template.Library()


@register.simple_tag
def payments_behind(history: Iterable[Mouvement], debtor: Debtor) -> set[UUID]:
    """The ``source_id`` of the movements whose payment this debtor may see, in one query.

    A letter does not open a payment that says something of another debt.
    """
    sources = {mouvement.source_id for mouvement in history if mouvement.source_id}
    mine = payments_of(debtor).filter(public_id__in=sources)
    return set(mine.values_list("public_id", flat=True))
