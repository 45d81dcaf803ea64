"""A database of its own for a measurement: made and migrated by the owner, dropped at the end."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management import call_command
from django.db import connections
from django.test.utils import setup_databases


@contextmanager
def bench_database(name: str) -> Iterator[None]:
    """Point the application's connection to a fresh database with the 101 funds loaded.

    Dropped whatever ends the block: told to stop, psycopg cancels the statement that runs, as it
    does on Ctrl-C, so that nothing holds the database any more.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    owner, default = connections["owner"], connections["default"]
    before = owner.settings_dict["NAME"]
    owner.settings_dict["TEST"].update({"NAME": name, "DEPENDENCIES": []})
    try:
        setup_databases(verbosity=0, interactive=False, aliases=["owner"], serialized_aliases=[])
        default.settings_dict["NAME"] = name
        for command in ("load_caisses", "load_boutiques", "load_schemas"):
            call_command(command, verbosity=0)
        yield
    finally:
        default.close()
        owner.close()
        owner.settings_dict["NAME"] = before
        with owner.cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
        owner.close()
