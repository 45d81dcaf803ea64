"""An accountant says at once of several bank lines that they are foreign to the portal."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from django.utils.translation import gettext as _

from caisses.models import Agent
from rapprochement.models import LigneBanque
from rapprochement.models.matches import ImputationKind
from rapprochement.services.imputation_writing import ImputationRefused
from rapprochement.services.imputing_by_agent import impute_by_agent
from rapprochement.services.proving import prove_again

#: Lines of one request: a person waits for the answer.
MOST: Final = 200


@dataclass
class ImputedMany:
    """How many lines were imputed, and why others were not: a sentence each, told once."""

    done: int = 0
    refusals: list[str] = field(default_factory=list)


def impute_as_foreign(*, ligne_ids: Sequence[int], agent: Agent, now: datetime) -> ImputedMany:
    """Impute the first ``MOST`` of these lines as foreign to the portal, in the agent's scope, each
    whole or not at all, and prove again the days that held them.

    An account that the fund uses for other things too has many such lines. What cannot be imputed
    is left as it is, and said.
    """
    found = ImputedMany()
    days = set()
    lines = LigneBanque.objects.filter(pk__in=ligne_ids).order_by("pk")[:MOST]
    for line in lines:
        try:
            impute_by_agent(
                ligne_id=line.pk,
                kind=ImputationKind.ETRANGERE,
                agent=agent,
                note=_("Choisie dans la liste des lignes de banque."),
                now=now,
            )
        except ImputationRefused as refusal:
            if str(refusal) not in found.refusals:
                found.refusals.append(str(refusal))
        else:
            found.done += 1
            days.add((line.caisse_id, line.booked_on))
    for caisse_id in {caisse_id for caisse_id, _day in days}:
        prove_again(
            caisse_id=caisse_id, days={on for fund, on in days if fund == caisse_id}, now=now
        )
    return found
