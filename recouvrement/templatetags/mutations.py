"""``{% load mutations %}``: where a debt went, or what happened to it before it came."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django import template

from allocataires.models import Creance
from allocataires.nomenclature import MouvementType
from recouvrement.models import Mutation
from recouvrement.models.mutation import MutationSide
from recouvrement.services.moving import reference_of

register = template.Library()


@dataclass(frozen=True, slots=True)
class Before:
    """A movement that the fund before wrote."""

    words: str
    raises: bool
    amount_cents: int
    balance_after_cents: int
    value_on: date


@register.inclusion_tag("recouvrement/mutation.html")
def mutation_of(creance: Creance) -> dict[str, Any]:
    """Both sides of a debt that moved: it may have come, and left again."""
    moves = list(Mutation.objects.filter(creance=creance).select_related("other_caisse"))
    sides = {move.side: move for move in moves}
    came = sides.get(MutationSide.ARRIVEE)
    left = sides.get(MutationSide.DEPART)
    return {
        "came": came,
        "left": left,
        "reference": reference_of(left.move_id) if left else "",
        "before": [_before(line) for line in came.history] if came else [],
    }


def _before(line: dict[str, Any]) -> Before:
    return Before(
        words=str(MouvementType(line["kind"]).label),
        raises=line["sens"] == "HAUSSE",
        amount_cents=line["amount_cents"],
        balance_after_cents=line["balance_after_cents"],
        value_on=date.fromisoformat(line["value_on"]),
    )
