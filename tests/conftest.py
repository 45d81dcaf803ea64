"""Fixtures of every test: one real database a worker, seen as the web sees it.

The database is made and migrated by ``caf_owner``; tests then work as ``caf_app``, which owns
nothing: a test that ran as the owner or a superuser would prove nothing of the walls between
funds. The 101 funds, their TEST shops and schemes are loaded once.
"""

import os
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, connections
from django.db.models import Q
from django.test.utils import setup_databases, teardown_databases
from hypothesis import settings as hypothesis_settings
from pytest_django import DjangoDbBlocker

from caf_portal.database.scope import NOTHING, national_scope
from comptabilite.models import CompteSchema, JournalSchema, RegleComptable, SchemaComptable
from tests.scheduling import BrowserTestsTogether

# An example that a busy machine makes slow is no failure: the clock proves nothing here.
hypothesis_settings.register_profile("portal", deadline=None)
hypothesis_settings.load_profile("portal")

#: Tables that tests leave as they are: what the load commands fill.
REFERENCE_TABLES = frozenset(
    {
        "caisses_caisse",
        "comptabilite_compte",
        "comptabilite_compteschema",
        "comptabilite_journal",
        "comptabilite_journalschema",
        "comptabilite_reglecomptable",
        "comptabilite_schemacomptable",
        "django_content_type",
        "auth_permission",
        "django_migrations",
        "payments_boutique",
    }
)
#: Emptied apart: reference tables refer to it.
AGENTS = "caisses_agent"
#: Tables on whose disk something was written since they were last emptied, and those that refer to
#: them: each table costs several milliseconds, and most tests fill a few.
_WRITTEN = """
WITH RECURSIVE written AS (
    SELECT oid FROM pg_class
     WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND pg_relation_size(oid) > 0
       AND relname <> ALL(%s)
     UNION
    SELECT k.conrelid FROM pg_constraint k JOIN written ON k.confrelid = written.oid
     WHERE k.contype = 'f'
)
SELECT relname FROM pg_class JOIN written USING (oid) WHERE relname <> ALL(%s)
"""


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> BrowserTestsTogether:
    """One worker for the browser tests, which share a running portal."""
    return BrowserTestsTogether(config, log)


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest,
    django_test_environment: None,
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[None]:
    """Create and migrate as the owner, then point the application's connection to the result.

    With ``--reuse-db`` the database of the last run is brought up to date and kept for the next.
    """
    keep = request.config.getoption("reuse_db") and not request.config.getoption("create_db")
    suffix = os.environ.get("PYTEST_DB_SUFFIX", "") + getattr(
        request.config, "workerinput", {}
    ).get("workerid", "")
    name = f"test_caf_{suffix or 'main'}"
    connections["owner"].settings_dict["TEST"].update({"NAME": name, "DEPENDENCIES": []})
    with django_db_blocker.unblock():
        made = setup_databases(
            verbosity=0,
            interactive=False,
            aliases=["owner"],
            serialized_aliases=[],
            keepdb=keep,
        )
        connections["default"].close()
        connections["default"].settings_dict["NAME"] = name
        _load_reference_data()
        connections["owner"].close()
    yield
    with django_db_blocker.unblock():
        connections["default"].close()
        teardown_databases(made, verbosity=0, keepdb=keep)


@pytest.fixture(autouse=True)
def _no_scope_left() -> Iterator[None]:
    """No test starts with the scope of another one."""
    connection.caf_scope = NOTHING  # type: ignore[attr-defined]
    yield
    connection.caf_scope = NOTHING  # type: ignore[attr-defined]


@pytest.fixture
def national(db: None) -> Iterator[None]:
    """The whole test in the national scope: for what has nothing to do with the walls."""
    with national_scope():
        yield


@pytest.fixture
def committed_db(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Real commits, seen by other connections; everything but the reference data goes after.

    The owner empties the tables: the application has no right to.
    """
    with django_db_blocker.unblock():
        yield
        connection.close()
        empty_tables()


def _load_reference_data() -> None:
    for command in ("load_caisses", "load_boutiques", "load_schemas"):
        call_command(command, verbosity=0)


def empty_tables() -> None:
    """Forget everything that was committed but the reference data.

    Without CASCADE: it would follow the shops' own link to the agents and take the shops away.
    """
    owner = connections["owner"]
    owner.settings_dict["NAME"] = connections["default"].settings_dict["NAME"]
    with owner.cursor() as cursor:
        kept = [*REFERENCE_TABLES, AGENTS]
        cursor.execute(_WRITTEN, [kept, kept])
        names = [name for (name,) in cursor.fetchall()]
        if names:
            cursor.execute(f"TRUNCATE {', '.join(names)} RESTART IDENTITY")
        _forget_versions()
        cursor.execute(f"DELETE FROM {AGENTS}")  # noqa: S608 - a table of ours
    owner.close()


def _forget_versions() -> None:
    """The versions of schemes that agents of a test drafted or adopted; the loaded ones stay."""
    with national_scope():
        made = SchemaComptable.objects.filter(
            Q(drafted_by__isnull=False) | Q(adopted_by__isnull=False)
        )
        keys = list(made.values_list("pk", flat=True))
        if keys:
            for part in (RegleComptable, JournalSchema, CompteSchema):
                part.objects.filter(schema__in=keys).delete()
            SchemaComptable.objects.filter(pk__in=keys).delete()
