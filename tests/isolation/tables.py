"""The tables that carry a fund, from the models; another test compares them with the catalogue."""

import json
from typing import Any

from django.apps import apps
from django.db import connection

TABLES = sorted(
    model._meta.db_table
    for model in apps.get_models()
    if any(field.column == "caisse_id" for field in model._meta.local_fields)
)


def query(statement: str, *parameters: Any) -> list[tuple[Any, ...]]:
    """The rows of one statement, past the ORM."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchall()


def touched(statement: str, *parameters: Any) -> int:
    """How many rows one statement changed, past the ORM."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.rowcount


def count(table: str, caisse_id: int) -> int:
    """How many rows of a fund the current scope sees."""
    ((number,),) = query(f"SELECT count(*) FROM {table} WHERE caisse_id = %s", caisse_id)
    return int(number)


def content(table: str, caisse_id: int) -> list[tuple[Any, ...]]:
    """Every column of the rows of a fund that the current scope sees."""
    return query(
        f"SELECT to_jsonb(t)::text FROM {table} t WHERE caisse_id = %s ORDER BY 1", caisse_id
    )


def example(table: str, caisse_id: int) -> dict[str, Any]:
    """One row of a fund."""
    ((row,),) = query(
        f"SELECT to_jsonb(t)::text FROM {table} t WHERE caisse_id = %s ORDER BY id LIMIT 1",
        caisse_id,
    )
    return json.loads(row)


def may_update(table: str) -> list[str]:
    """The columns that the application may change at all."""
    rows = query(
        "SELECT column_name FROM information_schema.column_privileges WHERE table_name = %s"
        " AND grantee = 'caf_app' AND privilege_type = 'UPDATE' ORDER BY 1",
        table,
    )
    return [name for (name,) in rows]
