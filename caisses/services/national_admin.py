"""Creates the first national administrator, who can then create everybody else."""

from django.db import transaction

from caisses.models import Agent
from caisses.models.habilitation import Role
from caisses.services.habilitations import grant


class AgentExists(Exception):
    """An account has this login; give it the right under /national/, or choose another login."""


@transaction.atomic
def create_national_admin(*, username: str, password: str) -> Agent:
    """An account with the national right, in one transaction; runs in the national scope.

    Raises ``AgentExists``, or ``ValidationError`` when the login has characters it may not have.
    """
    if Agent.objects.filter(username=username).exists():
        raise AgentExists(f"An account named {username} exists already: nothing was created.")
    agent = Agent(username=username)
    agent.set_password(password)
    agent.full_clean()
    agent.save()
    grant(agent=agent, role=Role.NATIONAL, caisse=None, actor=agent)
    return agent
