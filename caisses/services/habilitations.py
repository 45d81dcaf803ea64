"""Grants and revokes the rights of agents; each change leaves a line in the log."""

from django.db import transaction
from django.utils.translation import gettext as _
from structlog.stdlib import get_logger

from caisses.models import Agent, Caisse, Habilitation
from caisses.models.habilitation import Role

logger = get_logger(__name__)


class LastNationalRight(Exception):
    """Without this right nobody could grant any other; ``str()`` is a sentence for the agent."""


@transaction.atomic
def grant(*, agent: Agent, role: Role, caisse: Caisse | None, actor: Agent) -> Habilitation:
    """Give a right, once: granting it again gives back the one that is there.

    The database refuses a national right on one fund, and a fund's right without a fund.
    """
    habilitation, new = Habilitation.objects.get_or_create(agent=agent, role=role, caisse=caisse)
    if new:
        logger.info(
            "caisses.habilitation.granted",
            agent_id=agent.pk,
            role=role,
            caisse_id=habilitation.caisse_id,
            actor_id=actor.pk,
        )
    return habilitation


@transaction.atomic
def revoke(*, habilitation: Habilitation, actor: Agent) -> None:
    """Take a right away; it stops at the agent's next request. Raises ``LastNationalRight``."""
    if habilitation.role == Role.NATIONAL:
        _refuse_last(habilitation)
    logger.info(
        "caisses.habilitation.revoked",
        agent_id=habilitation.agent_id,
        role=habilitation.role,
        caisse_id=habilitation.caisse_id,
        actor_id=actor.pk,
    )
    habilitation.delete()


def _refuse_last(habilitation: Habilitation) -> None:
    """All national rights are locked: two administrators do not revoke each other at once."""
    national = Habilitation.objects.filter(role=Role.NATIONAL, agent__is_active=True)
    others = national.order_by("pk").select_for_update(of=("self",)).exclude(pk=habilitation.pk)
    if not list(others):
        raise LastNationalRight(_("Il ne resterait aucun administrateur national."))
