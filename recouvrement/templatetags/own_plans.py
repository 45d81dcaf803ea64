"""Plans that no card pays on the debtor's other pages: the list of debts, and one debt."""

from typing import Any

from django import template
from django.template.context import Context

from allocataires.models import Creance
from recouvrement.plan_queries import is_in_a_plan, own_plans_of

register = template.Library()


@register.simple_tag
def has_plan(creance: Creance) -> bool:
    """Whether a plan already repays this debt or is asked for it: no other one is offered."""
    return is_in_a_plan((creance.public_id,))


@register.inclusion_tag("recouvrement/plan_links.html", takes_context=True)
def own_plan_links(context: Context, creance: Creance | str = "") -> dict[str, Any]:
    """The plans without a card that the debtor of this page may see, or those of one debt."""
    debtor = context.get("debtor")
    if debtor is None:
        return {"plans": []}
    plans = own_plans_of(debtor)
    if isinstance(creance, Creance):
        plans = plans.filter(parts__creance=creance)
    return {"plans": plans}
