"""Builds agents with rights, and chartes; call inside a national scope."""

from django.test import Client

from caisses.models import Agent, Caisse, Charte
from caisses.models.habilitation import Role
from caisses.services.habilitations import grant

PASSWORD = "un mot de passe de test"


def agent_of(*codes: str, login: str = "", role: Role = Role.AGENT) -> Agent:
    """An agent of these funds."""
    agent = Agent.objects.create_user(login or f"agent-{'-'.join(codes)}", password=PASSWORD)
    for code in codes:
        grant(agent=agent, role=role, caisse=Caisse.objects.get(code=code), actor=agent)
    return agent


def national_agent(login: str = "nationale") -> Agent:
    """A national administrator."""
    agent = Agent.objects.create_user(login, password=PASSWORD)
    grant(agent=agent, role=Role.NATIONAL, caisse=None, actor=agent)
    return agent


def entered(agent: Agent) -> Client:
    """A browser in which this agent is logged in."""
    client = Client()
    client.force_login(agent, backend="django.contrib.auth.backends.ModelBackend")
    return client


def draft(code: str, author: Agent, **changes: object) -> Charte:
    """An unpublished charte of this fund."""
    values = {"caisse": Caisse.objects.get(code=code), "drafted_by": author, **changes}
    return Charte.objects.create(**values)
