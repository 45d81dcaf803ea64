"""What an agent reads of a debt before deciding: its months, its movements, its states."""

from typing import Any

from allocataires.models import Creance


def debt_facts(creance: Creance) -> dict[str, Any]:
    """The context of ``admin/recouvrement/debt_facts.html``, inside the agent's scope."""
    return {
        "creance": creance,
        "months": list(creance.mois.order_by("month_on")),
        "mouvements": list(creance.mouvements.order_by("rank")),
        "etapes": list(creance.etapes.select_related("agent").order_by("pk")),
        "demandes": list(creance.demandes.order_by("pk")),
    }
