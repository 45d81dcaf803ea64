"""A database of its own for a measurement: made and migrated by the owner, dropped at the end."""

import signal
from collections.abc import Iterable, Iterator, Sequence
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


@contextmanager
def unguarded(tables: Sequence[str]) -> Iterator[None]:
    """Take off meanwhile the triggers and the foreign keys of the tables that are filled: they look
    at each row for what is true by construction here, and are no part of what is measured."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE contype = 'f' AND conrelid = ANY (%s::text[]::regclass[])",
            [list(tables)],
        )
        keys = [(table, name, words.removesuffix(" NOT VALID")) for table, name, words in cursor]
    as_owner([f"ALTER TABLE {table} DROP CONSTRAINT {name}" for table, name, _words in keys])
    as_owner([f"ALTER TABLE {table} DISABLE TRIGGER USER" for table in tables])
    yield
    as_owner([f"ALTER TABLE {table} ENABLE TRIGGER USER" for table in tables])
    as_owner(
        [
            f"ALTER TABLE {table} ADD CONSTRAINT {name} {words} NOT VALID"
            for table, name, words in keys
        ]
    )


@contextmanager
def without_indexes(tables: Sequence[str]) -> Iterator[None]:
    """Take off meanwhile the indexes of these tables that no key needs, and build them at the end:
    years are written sooner."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index"
            " WHERE indrelid = ANY (%s::text[]::regclass[]) AND NOT indisunique",
            [list(tables)],
        )
        indexes = list(cursor)
    as_owner(f"DROP INDEX {name}" for name, _words in indexes)
    yield
    as_owner(words for _name, words in indexes)


def as_owner(statements: Iterable[str]) -> None:
    """Run each of these, as whoever owns the tables."""
    with connections["owner"].cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
