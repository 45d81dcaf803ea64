"""A database of its own for a measurement: made and migrated by the owner, dropped at the end."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management import call_command
from django.db import connections
from django.test.utils import setup_databases, teardown_databases


@contextmanager
def bench_database(name: str) -> Iterator[None]:
    """Point the application's connection to a fresh database with the 101 funds loaded."""
    connections["owner"].settings_dict["TEST"].update({"NAME": name, "DEPENDENCIES": []})
    made = setup_databases(verbosity=0, interactive=False, aliases=["owner"], serialized_aliases=[])
    connections["default"].settings_dict["NAME"] = name
    try:
        for command in ("load_caisses", "load_boutiques", "load_schemas"):
            call_command(command, verbosity=0)
        yield
    finally:
        connections["default"].close()
        teardown_databases(made, verbosity=0)
