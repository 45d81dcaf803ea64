"""Plans on the debtor's other pages: the list of debts, one debt, the choice, a payment."""

from typing import Any

from django import template
from django.template.context import Context

from allocataires.models import Creance
from payments.models import Payment
from payments.plan_queries import plans_of, running_plans_on

register = template.Library()


@register.inclusion_tag("payments/plan_links.html", takes_context=True)
def plan_links(context: Context, creance: Creance | None = None) -> dict[str, Any]:
    """The plans that the debtor of this page may see, or those of one debt."""
    debtor = context.get("debtor")
    found = {"debtor": debtor, "creance": creance or "", "plans": []}
    if debtor is None:
        return found
    plans = plans_of(debtor)
    found["plans"] = plans.filter(affectations__creance=creance) if creance else plans
    return found


@register.inclusion_tag("payments/plan_warning.html")
def plan_warning(creance: Creance) -> dict[str, Any]:
    """Beside a debt that one is about to pay: what a plan will debit of it anyway."""
    return {"cents": running_plans_on([creance]).get(creance.pk, 0)}


@register.inclusion_tag("payments/plan_of_payment.html")
def plan_of_payment(payment: Payment) -> dict[str, Any]:
    """The dues behind a payment that is a plan; nothing for the others."""
    plan = payment.echeancier
    dues = plan.echeances.order_by("rank") if plan else []
    return {"dues": list(dues), "payment": payment}
