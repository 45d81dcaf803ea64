"""Who may see what: the funds of an agent, read through the one narrow door."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import connection
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from caisses.models import Agent
from caisses.models.habilitation import Role


@dataclass(frozen=True, slots=True)
class Rights:
    """What an agent may see: these funds, or all of them; of some, as their accountant."""

    national: bool
    caisse_ids: frozenset[int]
    comptable_ids: frozenset[int] = frozenset()

    @property
    def any(self) -> bool:
        """Whether the agent may see anything at all."""
        return self.national or bool(self.caisse_ids)


NO_RIGHTS = Rights(national=False, caisse_ids=frozenset())


def rights_of(user: Agent | AnonymousUser) -> Rights:
    """The rights of an agent, asked once a request and kept on the user object.

    An inactive or anonymous user has none. The table of rights is walled off like the others;
    ``caisses_rights_of`` is the only way to read it before a scope is known.
    """
    if not user.is_authenticated or not user.is_active:
        return NO_RIGHTS
    known: Rights | None = getattr(user, "_rights", None)
    if known is None:
        known = _read_rights(user.pk)
        user._rights = known  # type: ignore[union-attr]  # noqa: SLF001 - memo on our own model
    return known


def _read_rights(agent_id: int) -> Rights:
    with connection.cursor() as cursor:
        cursor.execute("SELECT role, caisse_id FROM caisses_rights_of(%s)", [agent_id])
        rows = cursor.fetchall()
    return Rights(
        national=any(role == Role.NATIONAL for role, _ in rows),
        caisse_ids=frozenset(caisse_id for _, caisse_id in rows if caisse_id is not None),
        comptable_ids=frozenset(pk for role, pk in rows if role == Role.COMPTABLE and pk),
    )


class IsAgent(BasePermission):
    """Lets agents with at least one right read the API."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """Whether the caller is an agent of some fund."""
        return rights_of(request.user).any
