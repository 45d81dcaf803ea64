"""Migrations go back to nothing and come again, and leave the same database."""

import os
from collections.abc import Iterator

import pytest
from django.core.management import call_command
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor
from pytest_django import DjangoDbBlocker

#: Ours, and those of others that name our agents.
OURS = (
    "echanges",
    "rapprochement",
    "recouvrement",
    "payments",
    "comptabilite",
    "relation_usager",
    "allocataires",
    "caisses",
)
ON_AGENTS = ("admin", "axes")
#: Tables, columns, rights, policies, triggers, functions, constraints and indexes, as text.
CATALOGUE = """
WITH ours AS (SELECT * FROM pg_class WHERE relnamespace = 'public'::regnamespace)
SELECT 'table', relname::text, concat_ws(' ', relkind, relrowsecurity, relforcerowsecurity, relacl)
  FROM ours
UNION ALL
SELECT 'column', concat_ws('.', ours.relname, a.attname),
       concat_ws(' ', format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attacl)
  FROM pg_attribute a JOIN ours ON ours.oid = a.attrelid WHERE a.attnum > 0 AND NOT a.attisdropped
UNION ALL
SELECT 'policy', concat_ws('.', tablename, policyname), concat_ws(' ', roles, cmd, qual, with_check)
  FROM pg_policies
UNION ALL
SELECT 'trigger', concat_ws('.', ours.relname, t.tgname), pg_get_triggerdef(t.oid)
  FROM pg_trigger t JOIN ours ON ours.oid = t.tgrelid WHERE NOT t.tgisinternal
UNION ALL
SELECT 'function', proname::text, concat_ws(' ', proacl, proconfig, prosecdef, prosrc)
  FROM pg_proc WHERE pronamespace = 'public'::regnamespace
UNION ALL
SELECT 'constraint', conname::text, pg_get_constraintdef(oid)
  FROM pg_constraint WHERE connamespace = 'public'::regnamespace
UNION ALL
SELECT 'index', indexname::text, indexdef FROM pg_indexes WHERE schemaname = 'public'
ORDER BY 1, 2, 3
"""


@pytest.fixture
def owner(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[BaseDatabaseWrapper]:
    """The owner's connection to an empty database."""
    connection = connections["owner"]
    usual, name = connection.settings_dict["NAME"], f"test_caf_migrations_{os.getpid()}"
    with django_db_blocker.unblock():
        _run(connection, "postgres", f"CREATE DATABASE {name}")
        connection.settings_dict["NAME"] = name
        try:
            yield connection
        finally:
            _run(connection, "postgres", f"DROP DATABASE {name}")
            connection.settings_dict["NAME"] = usual


def _run(connection: BaseDatabaseWrapper, database: str, statement: str) -> None:
    connection.close()
    connection.settings_dict["NAME"] = database
    with connection.cursor() as cursor:
        cursor.execute(statement)
    connection.close()


def catalogue(connection: BaseDatabaseWrapper) -> list[tuple[str, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(CATALOGUE)
        return cursor.fetchall()


def migrate() -> None:
    call_command("migrate", database="owner", verbosity=0, interactive=False)


def unmigrate(connection: BaseDatabaseWrapper, *applications: str) -> None:
    """All of them back to nothing in one plan: Django draws every model once, not once for each."""
    executor = MigrationExecutor(connection)
    targets = [(application, None) for application in applications]
    executor.migrate(targets, executor.migration_plan(targets))


@pytest.mark.slow
def test_each_application_goes_back_to_nothing_and_comes_again(owner: BaseDatabaseWrapper) -> None:
    migrate()
    once = catalogue(owner)
    migrate()
    assert catalogue(owner) == once
    assert {kind for kind, *_ in once} >= {"policy", "trigger", "function", "constraint"}

    unmigrate(owner, *OURS, *ON_AGENTS)
    left = {table for kind, table, _ in catalogue(owner) if kind == "table"}
    assert not [table for table in left if table.startswith(OURS)]

    migrate()
    assert catalogue(owner) == once
