"""roles.sql: what each role may do with what the owner creates, in databases made later too."""

from collections.abc import Iterator

import psycopg
import pytest
from psycopg import errors

from caf_portal.embedded.places import Place
from caf_portal.embedded.postgres import ROLES_SQL, running_postgres
from tests.caf_portal.embedded_places import connect, throwaway


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A cluster with a database that the owner made, as Django's test runner does."""
    place = throwaway(tmp_path_factory.mktemp("roles") / "place")
    with running_postgres(place):
        with connect(place, role="caf_owner", database="postgres") as owner:
            owner.execute("CREATE DATABASE made_later")
        with connect(place, role="caf_owner", database="made_later") as owner:
            owner.execute("CREATE TABLE debt (id serial, caisse text, secret text)")
            owner.execute("ALTER TABLE debt ENABLE ROW LEVEL SECURITY")
            owner.execute("ALTER TABLE debt FORCE ROW LEVEL SECURITY")
            owner.execute("CREATE POLICY national ON debt TO caf_national USING (true)")
            owner.execute("CREATE POLICY one ON debt TO caf_app USING (caisse = '011')")
            owner.execute("CREATE TABLE plain (id serial)")
        yield place


@pytest.fixture
def app(cluster: Place) -> Iterator[psycopg.Connection]:
    """The application's connection to that database; what it writes is undone."""
    with (
        connect(cluster, role="caf_app", database="made_later") as connection,
        connection.transaction(force_rollback=True),
    ):
        yield connection


def test_the_application_reads_and_writes_the_owners_tables(app: psycopg.Connection) -> None:
    app.execute("INSERT INTO plain DEFAULT VALUES")
    app.execute("UPDATE plain SET id = id + 1")

    assert app.execute("DELETE FROM plain").rowcount == 1


@pytest.mark.parametrize(
    "statement",
    [
        "TRUNCATE plain",
        "DROP TABLE plain",
        "CREATE TABLE mine (n int)",
        "ALTER TABLE plain ADD n int",
    ],
)
def test_the_application_changes_no_structure(app: psycopg.Connection, statement: str) -> None:
    with pytest.raises(errors.InsufficientPrivilege):
        app.execute(statement)


def test_the_national_policy_waits_until_the_role_is_taken(app: psycopg.Connection) -> None:
    app.execute("SET LOCAL ROLE caf_national")
    app.execute("INSERT INTO debt (caisse) VALUES ('011'), ('022')")
    national = app.execute("SELECT count(*) FROM debt").fetchone()
    app.execute("RESET ROLE")

    assert national == (2,)
    assert app.execute("SELECT count(*) FROM debt").fetchone() == (1,)


def test_the_owner_sees_nothing_by_being_a_member(cluster: Place) -> None:
    with (
        connect(cluster, role="caf_owner", database="made_later") as owner,
        owner.transaction(force_rollback=True),
    ):
        owner.execute("SET LOCAL ROLE caf_national")
        owner.execute("INSERT INTO debt (caisse) VALUES ('033')")
        owner.execute("RESET ROLE")

        assert owner.execute("SELECT count(*) FROM debt").fetchone() == (0,)


def test_nobody_connects_as_the_national_role(cluster: Place) -> None:
    with pytest.raises(psycopg.OperationalError, match="not permitted to log in"):
        connect(cluster, role="caf_national")


def test_no_role_is_dangerous(cluster: Place) -> None:
    query = (
        "SELECT rolname FROM pg_roles WHERE rolname LIKE 'caf\\_%'"
        " AND NOT (rolsuper OR rolbypassrls OR rolcreaterole OR rolreplication OR rolinherit)"
        " ORDER BY rolname"
    )
    with connect(cluster, role="postgres") as superuser:
        names = [row[0] for row in superuser.execute(query)]

    assert names == ["caf_app", "caf_national", "caf_owner"]


def test_it_may_run_again_and_gives_back_no_right_that_was_taken(cluster: Place) -> None:
    with (
        connect(cluster, role="postgres", database="made_later") as superuser,
        superuser.transaction(force_rollback=True),
    ):
        superuser.execute("REVOKE UPDATE ON plain FROM caf_app")
        superuser.execute(ROLES_SQL.read_bytes())
        row = superuser.execute(
            "SELECT has_table_privilege('caf_app', 'plain', 'UPDATE'),"
            " has_table_privilege('caf_app', 'plain', 'INSERT')"
        ).fetchone()

    assert row == (False, True)


def test_it_refuses_roles_that_walk_through_row_level_security(cluster: Place) -> None:
    with (
        connect(cluster, role="postgres") as superuser,
        superuser.transaction(force_rollback=True),
    ):
        superuser.execute("ALTER ROLE caf_app BYPASSRLS")

        with pytest.raises(psycopg.errors.RaiseException, match="caf_app"):
            superuser.execute(ROLES_SQL.read_bytes())
