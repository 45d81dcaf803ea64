"""What the database's own catalogue says of walls, owners and rights."""

import pytest
from django.db import Error, connection, transaction
from psycopg import errors

from caf_portal.database.scope import caisse_scope, national_scope
from tests.isolation.conftest import Fund
from tests.isolation.tables import TABLES, query, touched

pytestmark = pytest.mark.django_db

#: These only grow: neither the web nor the workers may change or delete a row (inv. 1, 3, 6, 9).
APPEND_ONLY = (
    "allocataires_mouvement",
    "comptabilite_ecriture",
    "comptabilite_ligne",
    "payments_affectation",
    "payments_notification",
    "payments_notificationoutcome",
    "payments_paymentlog",
    "payments_redirection",
)
#: The one column of them that is filled in afterwards, once: a trigger refuses a second time
#: (``inv10_redirection_named_once``).
FILLED_ONCE = {"payments_redirection": {"gateway_reference"}}


def test_inv13_the_tables_with_a_fund_are_those_of_the_models():
    found = query(
        "SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid"
        " WHERE a.attname = 'caisse_id' AND NOT a.attisdropped AND c.relkind IN ('r', 'p')"
        " AND c.relnamespace = 'public'::regnamespace ORDER BY 1"
    )

    assert [name for (name,) in found] == TABLES
    assert len(TABLES) > 20


@pytest.mark.parametrize("table", TABLES)
def test_inv13_row_level_security_is_enabled_and_forced(table: str):
    rows = query(
        "SELECT relrowsecurity, relforcerowsecurity FROM pg_class WHERE oid = %s::regclass", table
    )

    assert rows == [(True, True)]


@pytest.mark.parametrize("table", TABLES)
def test_inv13_each_policy_has_a_role_of_its_own(table: str):
    """The national view is its own policy: an OR would slow every query and hide a mistake."""
    rows = query(
        "SELECT policyname, roles::text[], with_check IS NOT NULL FROM pg_policies"
        " WHERE tablename = %s AND policyname <> 'door' ORDER BY 1",
        table,
    )

    assert rows == [
        ("caisse_scope", ["caf_app"], True),
        ("national_scope", ["caf_national"], True),
    ]


def test_inv13_the_doors_are_three_and_none_is_for_the_application():
    """Each door lets the owner's narrow functions read one table; the application has none."""
    rows = query(
        "SELECT tablename, roles::text[], cmd FROM pg_policies WHERE policyname = 'door' ORDER BY 1"
    )

    assert {table for table, _, _ in rows} <= {"caisses_habilitation", "payments_boutique"}
    assert all(roles == ["caf_owner"] and cmd == "SELECT" for _, roles, cmd in rows)


def test_the_application_is_an_ordinary_role_that_owns_nothing():
    assert query("SELECT session_user, current_user") == [("caf_app", "caf_app")]
    assert query(
        "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolinherit FROM pg_roles"
        " WHERE rolname = 'caf_app'"
    ) == [(False, False, False, False, False)]
    for role in ("caf_app", "caf_national"):
        owned = "SELECT count(*) FROM pg_class WHERE pg_get_userbyid(relowner) = %s"
        assert query(owned, role) == [(0,)]
        functions = "SELECT count(*) FROM pg_proc WHERE pg_get_userbyid(proowner) = %s"
        assert query(functions, role) == [(0,)]


def test_the_national_role_walks_through_no_wall_by_itself():
    assert query(
        "SELECT rolsuper, rolbypassrls, rolcanlogin FROM pg_roles WHERE rolname = 'caf_national'"
    ) == [(False, False, False)]


@pytest.mark.parametrize("role", ["caf_app", "caf_national"])
def test_nobody_truncates(role: str):
    rows = query(
        "SELECT c.relname FROM pg_class c WHERE c.relkind = 'r'"
        " AND c.relnamespace = 'public'::regnamespace"
        " AND has_table_privilege(%s, c.oid, 'TRUNCATE')",
        role,
    )

    assert rows == []


def test_truncate_is_refused_in_fact(ain: Fund):
    with national_scope(), pytest.raises(Error) as refused, transaction.atomic():
        touched("TRUNCATE comptabilite_ligne, comptabilite_ecriture CASCADE")

    assert isinstance(refused.value.__cause__, errors.InsufficientPrivilege)


@pytest.mark.parametrize("table", APPEND_ONLY)
@pytest.mark.parametrize("statement", ["UPDATE {} SET caisse_id = caisse_id", "DELETE FROM {}"])
def test_tables_that_only_grow_are_neither_changed_nor_emptied(
    table: str, statement: str, ain: Fund
):
    for scope in (caisse_scope(ain.caisse.pk), national_scope()):
        with scope, pytest.raises(Error) as refused, transaction.atomic():
            touched(statement.format(table))
        assert isinstance(refused.value.__cause__, errors.InsufficientPrivilege)


@pytest.mark.parametrize("table", APPEND_ONLY)
def test_no_column_of_them_may_be_changed(table: str):
    rows = query(
        "SELECT grantee, column_name FROM information_schema.column_privileges"
        " WHERE table_name = %s AND privilege_type = 'UPDATE'"
        " AND grantee IN ('caf_app', 'caf_national')",
        table,
    )

    assert {column for _, column in rows} == FILLED_ONCE.get(table, set())


def test_the_application_turns_no_wall_off():
    for statement in (
        "ALTER TABLE payments_payment DISABLE ROW LEVEL SECURITY",
        "DROP POLICY caisse_scope ON payments_payment",
        "ALTER TABLE comptabilite_ligne DISABLE TRIGGER ALL",
        "CREATE POLICY mine ON payments_payment USING (true)",
        "SET LOCAL session_replication_role = replica",
        "SET LOCAL ROLE caf_owner",
    ):
        with pytest.raises(Error) as refused, transaction.atomic():
            touched(statement)
        assert isinstance(refused.value.__cause__, errors.InsufficientPrivilege), statement


def test_turning_row_security_off_makes_an_error_and_shows_nothing(ain: Fund):
    with transaction.atomic():
        touched("SET LOCAL row_security = off")
        with pytest.raises(Error) as refused, transaction.atomic():
            query("SELECT * FROM payments_payment")
        touched("SET LOCAL row_security = on")

    assert isinstance(refused.value.__cause__, errors.InsufficientPrivilege)


def test_the_rights_of_one_agent_are_all_that_the_door_tells(ain: Fund, gironde: Fund):
    assert query("SELECT role, caisse_id FROM caisses_rights_of(%s)", ain.agent.pk) == [
        ("AGENT", ain.caisse.pk)
    ]
    assert query("SELECT count(*) FROM caisses_habilitation") == [(0,)]


def test_functions_that_run_as_the_owner_are_few_and_fix_their_search_path():
    rows = query(
        "SELECT proname, proconfig::text FROM pg_proc WHERE prosecdef"
        " AND pronamespace = 'public'::regnamespace ORDER BY 1"
    )

    assert [name for name, _ in rows] == ["caisses_rights_of", "payments_enter_boutique"]
    assert all("search_path=pg_catalog, public" in config for _, config in rows)
    for name, _ in rows:
        ((public,),) = query(
            "SELECT has_function_privilege('public', oid, 'EXECUTE') FROM pg_proc"
            " WHERE proname = %s",
            name,
        )
        assert public is False


def test_the_connection_of_the_tests_is_the_applications():
    """A superuser or the owner would see every row, and every test here would pass for nothing."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT usesuper OR usebypassrls FROM pg_user WHERE usename = session_user")
        assert cursor.fetchone() == (False,)
