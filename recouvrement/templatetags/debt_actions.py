"""On the agents' page of a debt: what may be done with it, and what was asked about it."""

from typing import Any

from django import template

from allocataires.models import Creance
from recouvrement.admin.debt_facts import debt_facts
from recouvrement.services.agent_moves import possible_actions

register = template.Library()


@register.inclusion_tag("admin/recouvrement/actions.html", takes_context=True)
def debt_actions(context: template.Context, creance: Creance) -> dict[str, Any]:
    """The actions that the debt's state allows, its demandes and its states."""
    return {
        "request": context["request"],
        "actions": possible_actions(creance),
        **debt_facts(creance),
    }
