"""The agents of the demonstration, with a password that everybody knows."""

from dataclasses import dataclass

from caisses.models import Agent, Caisse
from caisses.models.habilitation import Role
from caisses.services.habilitations import grant

#: Refused outside a demonstration by ``payments.demo.loading``.
PASSWORD = "demonstration-seulement"  # noqa: S105 - public on purpose


@dataclass(frozen=True, slots=True)
class DemoAgent:
    """One agent; ``caisse`` is the code of a fund, empty for a national right."""

    who: str
    login: str
    role: Role
    caisse: str = ""

    @property
    def path(self) -> str:
        """Where this agent works."""
        return "/national/" if self.role == Role.NATIONAL else "/agents/"


AGENTS = (
    DemoAgent("agent de la caisse 011", "agent011", Role.AGENT, "011"),
    DemoAgent("second agent de la caisse 011 (approuve)", "second011", Role.AGENT, "011"),
    DemoAgent("comptable de la caisse 011", "comptable011", Role.COMPTABLE, "011"),
    DemoAgent("agent de la caisse 331", "agent331", Role.AGENT, "331"),
    DemoAgent("administratrice nationale", "nationale1", Role.NATIONAL),
    DemoAgent("administrateur national (approuve)", "national2", Role.NATIONAL),
)


def create_agents() -> dict[str, Agent]:
    """Create the agents and their rights, inside a national scope; gives them by login."""
    caisses = {caisse.code: caisse for caisse in Caisse.objects.all()}
    agents = {}
    for wanted in AGENTS:
        agent = Agent.objects.create_user(wanted.login, password=PASSWORD)
        grant(agent=agent, role=wanted.role, caisse=caisses.get(wanted.caisse), actor=agent)
        agents[wanted.login] = agent
    return agents
