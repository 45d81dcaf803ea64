"""Fills an empty portal with invented people, debts and agents; refused outside a demonstration."""

from dataclasses import dataclass
from datetime import datetime
from random import Random

from django.conf import settings

from allocataires.demo.cast import ISSUER, cast
from allocataires.demo.debts import invent_creances
from allocataires.demo.loading import insert_creances, insert_identites, insert_people
from allocataires.demo.people import invent_people
from allocataires.models import Allocataire, Identite
from caf_portal.database.scope import national_scope
from caf_portal.paris import paris_date
from caisses.demo.agents import create_agents
from caisses.demo.chartes import publish_chartes
from caisses.models import Agent, Caisse

#: How many people each fund receives; the skew is that of the départements.
POPULATION = {
    "011": 500,
    "131": 700,
    "331": 750,
    "351": 450,
    "598": 950,
    "698": 550,
    "751": 750,
    "974": 350,
}
SEED = 2018_1127


class NotADemonstration(Exception):
    """Known passwords and invented people have no place in this portal."""


class PortalNotEmpty(Exception):
    """People or agents are there that the demonstration did not put there."""


@dataclass(frozen=True, slots=True)
class DemoCounts:
    """How many rows were written; all zero when everything was there already."""

    people: int = 0
    creances: int = 0


def load_demo(*, now: datetime, population: dict[str, int] | None = None) -> DemoCounts:
    """Write people, debts, agents and chartes, all or nothing; nothing when it was done before.

    The same day gives the same people and debts. Raises ``NotADemonstration`` unless
    ``settings.DEMO``, ``PortalNotEmpty`` where somebody else's data is.
    """
    if not settings.DEMO:
        raise NotADemonstration("settings.DEMO is not true: this portal takes no invented people.")
    with national_scope():
        if Identite.objects.filter(issuer=ISSUER).exists():
            return DemoCounts()
        if Allocataire.objects.exists() or Agent.objects.exists():
            raise PortalNotEmpty("This portal has people or agents: load_demo needs an empty one.")
        counts = _load_people(now=now, population=population or POPULATION)
        agents = create_agents()
        publish_chartes(author=agents["nationale1"], approver=agents["national2"], now=now)
    return counts


def _load_people(*, now: datetime, population: dict[str, int]) -> DemoCounts:
    today = paris_date(now)
    caisse_ids = dict(Caisse.objects.values_list("code", "pk"))
    members = cast(today)
    people = insert_people((m.person for m in members), caisse_ids=caisse_ids)
    creances = insert_creances([debt for member in members for debt in member.creances])
    insert_identites(members)
    for caisse, count in population.items():
        # A fund at a time: each statement stays far below the statement timeout. Each has its
        # own seed: adding a fund leaves the others as they are.
        rng = Random(f"{SEED}/{caisse}")  # noqa: S311 - invented data, not a secret
        crowd = list(invent_people(rng, caisse=caisse, count=count, today=today))
        people += insert_people(crowd, caisse_ids=caisse_ids)
        creances += insert_creances(
            [debt for person in crowd for debt in invent_creances(rng, person=person, today=today)]
        )
    return DemoCounts(people=people, creances=creances)
