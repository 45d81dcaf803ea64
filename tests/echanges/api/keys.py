"""Keys of funds, and calls made with them."""

from typing import Any

from django.test import Client

from caf_portal.database.scope import national_scope
from caisses.models import Agent, Caisse
from echanges.models import CleApi
from echanges.services.keys import make_key
from tests.caisses.factories import agent_of
from tests.payments import factories

NOW = factories.NOW


def new_key(code: str = "011", **changes: Any) -> tuple[CleApi, str]:
    """A key of this fund and its words; it may write unless told otherwise."""
    with national_scope():
        author = Agent.objects.filter(username=f"agent-{code}").first() or agent_of(code)
        values = {"label": "essai", "may_write": True, "expires_on": None, **changes}
        return make_key(caisse=Caisse.objects.get(code=code), author=author, now=NOW, **values)


def calling(token: str) -> Client:
    """A program that calls with this key."""
    return Client(headers={"Authorization": f"Bearer {token}"})
