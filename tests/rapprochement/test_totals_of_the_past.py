"""The migration that brought the totals sums what closed days and files held before it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connections, transaction
from django.db.backends.utils import CursorWrapper
from pytest_django import DjangoDbBlocker

from payments.services.invariants import _breaches_of, rules
from tests.conftest import empty_tables
from tests.isolation.conftest import make_fund
from tests.isolation.tables import TABLES

TOTALS = ("rapprochement_totaljour", "rapprochement_totalfichier")
#: Where the part about what is there already begins.
PAST = "-- What closed days and files hold already."


@pytest.fixture
def owner(committed_db: None, django_db_blocker: DjangoDbBlocker) -> Iterator[CursorWrapper]:
    """The owner, with a fund whose day is closed, in a transaction that is rolled back."""
    make_fund("011")
    connections["default"].close()
    connection = connections["owner"]
    connection.settings_dict["NAME"] = connections["default"].settings_dict["NAME"]
    with transaction.atomic(using="owner"), connection.cursor() as cursor:
        yield cursor
        transaction.set_rollback(True, using="owner")
    connection.close()
    empty_tables()


def count(cursor: CursorWrapper, table: str) -> int:
    cursor.execute(f"SELECT count(*) FROM {table}")  # noqa: S608 - our own table
    return int(cursor.fetchone()[0])


def lower_walls(cursor: CursorWrapper) -> None:
    for table in TABLES:
        cursor.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY, DISABLE TRIGGER USER")


def test_what_was_closed_and_received_before_is_totalled_too(owner: CursorWrapper):
    script = Path("rapprochement/migrations/sql/totals.sql").read_text(encoding="utf-8")
    (control,) = [rule for rule in rules() if rule.stem == "inv17_totals_are_the_lines"]
    lower_walls(owner)
    before = [count(owner, table) for table in TOTALS]
    for table in TOTALS:
        owner.execute(f"DELETE FROM {table}")  # noqa: S608 - our own table
    assert list(_breaches_of(control, owner)) != [], "the control: without totals it is seen"

    owner.execute(script[script.index(PAST) :])

    lower_walls(owner)
    assert [count(owner, table) for table in TOTALS] == before
    assert min(before) > 0
    assert list(_breaches_of(control, owner)) == []
