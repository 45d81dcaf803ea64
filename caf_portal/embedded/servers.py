"""Both servers together, and the variables that lead to them.

``DATABASE_URL`` or ``REDIS_URL`` in the environment replace the server of that kind.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager

from caf_portal.embedded.errors import IncompleteEnvironment
from caf_portal.embedded.places import Place, claimed_place
from caf_portal.embedded.postgres import APP_ROLE, OWNER_ROLE, database_url, running_postgres
from caf_portal.embedded.redis import redis_url, running_redis


@contextmanager
def running(profile: str) -> Iterator[tuple[Place, dict[str, str]]]:
    """The place taken and the variables of both servers, which run until the end of the block.

    Raises an ``EmbeddedError`` when the place is taken or a server does not start.
    """
    outside = outside_servers(os.environ)
    with claimed_place(profile) as place, ExitStack() as servers:
        if "DATABASE_URL" not in outside:
            servers.enter_context(running_postgres(place))
        if "REDIS_URL" not in outside:
            servers.enter_context(running_redis(place))
        yield place, variables(place) | outside


def variables(place: Place) -> dict[str, str]:
    """The addresses of this place's servers, running or not."""
    return {
        "DATABASE_URL": database_url(place, role=APP_ROLE),
        "DATABASE_OWNER_URL": database_url(place, role=OWNER_ROLE),
        "REDIS_URL": redis_url(place),
    }


def outside_servers(environment: Mapping[str, str]) -> dict[str, str]:
    """The servers that the environment names.

    Raises ``IncompleteEnvironment`` when the application's role is given without the owner's,
    or the reverse: one database would be migrated and another used.
    """
    names = ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL")
    given = {name: environment[name] for name in names if environment.get(name)}
    if ("DATABASE_URL" in given) != ("DATABASE_OWNER_URL" in given):
        message = "Give DATABASE_URL and DATABASE_OWNER_URL together, or neither."
        raise IncompleteEnvironment(message)
    return given
