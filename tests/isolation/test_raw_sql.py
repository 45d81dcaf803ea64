"""Invariant 13: a connection scoped to one fund reads and writes no row of another, by raw SQL.

For every table that carries a fund, past the ORM and its querysets.
"""

import json
from collections.abc import Iterator

import pytest
from django.db import Error, connection, transaction
from psycopg import errors
from pytest_django import DjangoDbBlocker

from caf_portal.database.scope import caisse_scope, national_scope
from tests.isolation.conftest import Fund, make_fund
from tests.isolation.tables import TABLES, content, count, example, may_update, query, touched


@pytest.fixture(scope="module")
def two_funds(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[list[Fund]]:
    """Made once for all: nothing here succeeds in changing them, and each test checks it."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield [make_fund("011"), make_fund("331")]
        transaction.set_rollback(True)


@pytest.fixture
def ain(two_funds: list[Fund]) -> Fund:
    """The fund that looks."""
    return two_funds[0]


@pytest.fixture
def gironde(two_funds: list[Fund]) -> Fund:
    """The fund that must not be seen."""
    return two_funds[1]


every_table = pytest.mark.parametrize("table", TABLES)


@every_table
def test_inv13_no_row_of_another_fund_is_read(table: str, ain: Fund, gironde: Fund):
    with national_scope():
        assert count(table, gironde.caisse.pk) > 0, "an empty table would prove nothing"

    with caisse_scope(ain.caisse.pk):
        assert count(table, gironde.caisse.pk) == 0
        assert query(f"SELECT DISTINCT caisse_id FROM {table} WHERE caisse_id IS NOT NULL") == [
            (ain.caisse.pk,)
        ]


@every_table
def test_inv13_without_a_scope_no_row_is_read(table: str, ain: Fund):
    with caisse_scope(ain.caisse.pk):
        assert count(table, ain.caisse.pk) > 0

    assert query(f"SELECT count(*) FROM {table}") == [(0,)]
    with caisse_scope():
        assert query(f"SELECT count(*) FROM {table}") == [(0,)]


@every_table
def test_inv13_no_row_of_another_fund_is_changed(table: str, ain: Fund, gironde: Fund):
    before = _seen(table, gironde)
    columns = may_update(table)

    with caisse_scope(ain.caisse.pk):
        if columns:
            column = columns[0]
            statement = f"UPDATE {table} SET {column} = {column} WHERE caisse_id = %s"
            assert touched(statement, gironde.caisse.pk) == 0
        else:
            with pytest.raises(Error) as refused, transaction.atomic():
                touched(f"UPDATE {table} SET caisse_id = %s", ain.caisse.pk)
            assert isinstance(refused.value.__cause__, errors.InsufficientPrivilege)

    assert _seen(table, gironde) == before


@every_table
def test_inv13_no_row_of_another_fund_is_deleted(table: str, ain: Fund, gironde: Fund):
    before = _seen(table, gironde)

    ((allowed,),) = query("SELECT has_table_privilege('caf_app', %s, 'DELETE')", table)
    statement = f"DELETE FROM {table} WHERE caisse_id = %s"

    with caisse_scope(ain.caisse.pk):
        if allowed:
            assert touched(statement, gironde.caisse.pk) == 0
        else:
            with pytest.raises(Error) as refused, transaction.atomic():
                touched(statement, gironde.caisse.pk)
            assert isinstance(refused.value.__cause__, errors.InsufficientPrivilege)

    assert _seen(table, gironde) == before


@every_table
def test_inv13_no_row_is_added_to_another_fund(table: str, ain: Fund, gironde: Fund):
    with national_scope():
        row = {**example(table, gironde.caisse.pk), "id": 2_000_000_000}
    if table == "payments_payment":
        row |= {"status": "OPEN", "paid_at": None}  # else it is refused for another reason
    if table == "allocataires_mouvement":
        row |= {"kind": "CARTE", "sens": "BAISSE"}  # a debt's first movement comes with the debt
    before = _seen(table, gironde)

    with caisse_scope(ain.caisse.pk), pytest.raises(Error) as refused, transaction.atomic():
        touched(
            f"INSERT INTO {table} SELECT * FROM jsonb_populate_record(NULL::{table}, %s::jsonb)",
            json.dumps(row),
        )

    if table == "allocataires_mouvement":
        # Its trigger looks for the debt first, and sees none.
        assert isinstance(refused.value.__cause__, errors.ForeignKeyViolation)
    elif table == "comptabilite_validation":
        # Its trigger looks for the écriture first, and sees none: it has no number to give.
        assert isinstance(refused.value.__cause__, errors.CheckViolation)
        assert "inv11" in str(refused.value)
    else:
        assert isinstance(refused.value.__cause__, errors.InsufficientPrivilege)
        assert "row-level security" in str(refused.value)
    assert _seen(table, gironde) == before


@every_table
def test_inv13_no_row_moves_to_another_fund(table: str, ain: Fund, gironde: Fund):
    before = _seen(table, gironde)

    with caisse_scope(ain.caisse.pk), pytest.raises(Error) as refused, transaction.atomic():
        touched(f"UPDATE {table} SET caisse_id = %s", gironde.caisse.pk)

    assert isinstance(refused.value.__cause__, errors.InsufficientPrivilege)
    assert _seen(table, gironde) == before


def test_inv13_a_scope_may_hold_several_funds_and_only_those(ain: Fund, gironde: Fund):
    with caisse_scope(ain.caisse.pk, gironde.caisse.pk):
        found = query("SELECT DISTINCT caisse_id FROM payments_boutique")

    assert sorted(found) == sorted([(ain.caisse.pk,), (gironde.caisse.pk,)])


def test_inv13_a_nested_scope_ends_with_its_block(ain: Fund, gironde: Fund):
    with caisse_scope(ain.caisse.pk):
        with national_scope():
            assert count("payments_payment", gironde.caisse.pk) == 4
        assert count("payments_payment", gironde.caisse.pk) == 0
        with pytest.raises(RuntimeError), national_scope():
            raise RuntimeError
        assert count("payments_payment", gironde.caisse.pk) == 0
        assert query("SELECT current_user") == [("caf_app",)]


def test_inv13_what_a_client_writes_in_the_setting_is_the_only_key(ain: Fund, gironde: Fund):
    """The control: the setting decides. SQL injection would hold it, hence no SQL by hand."""
    with caisse_scope(ain.caisse.pk), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('caf.caisses', %s, true)", [f"{{{gironde.caisse.pk}}}"])
        assert count("payments_payment", gironde.caisse.pk) == 4


def _seen(table: str, fund: Fund) -> list[tuple[object, ...]]:
    with national_scope():
        return content(table, fund.caisse.pk)
