"""Migration operations that put a table under row-level security.

Written once here so that the 101 funds are walled off in the same words everywhere
(``docs/adr/0002``). Roles are made by ``roles.sql`` before the first migration.
"""

from collections.abc import Sequence
from pathlib import Path

from django.db.migrations import RunSQL

from caf_portal.database.scope import APP_ROLE, NATIONAL_ROLE

#: What the transaction's scope allows. The sub-select makes PostgreSQL read it once a query.
IN_SCOPE = "caisse_id = ANY ((SELECT NULLIF(current_setting('caf.caisses', true), ''))::bigint[])"

_FORWARD = """
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
CREATE POLICY caisse_scope ON {table} TO {app} USING ({scope}) WITH CHECK ({scope});
CREATE POLICY national_scope ON {table} TO {national} USING (true) WITH CHECK (true);
"""
_REVERSE = """
DROP POLICY national_scope ON {table};
DROP POLICY caisse_scope ON {table};
ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY;
ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;
"""


def wall_off(table: str) -> RunSQL:
    """Show and accept only the rows of the funds in scope; the owner itself sees none."""
    words = {"table": table, "app": APP_ROLE, "national": NATIONAL_ROLE, "scope": IN_SCOPE}
    return RunSQL(_FORWARD.format(**words), _REVERSE.format(**words))


def only_insert(table: str) -> RunSQL:
    """Take UPDATE and DELETE away from the web and the workers: the table only grows."""
    roles = f"{APP_ROLE}, {NATIONAL_ROLE}"
    return RunSQL(
        f"REVOKE UPDATE, DELETE ON {table} FROM {roles};",
        f"GRANT UPDATE, DELETE ON {table} TO {roles};",
    )


def only_update(table: str, columns: Sequence[str]) -> RunSQL:
    """Allow rows to be added and these columns to change, and no row to be deleted."""
    roles = f"{APP_ROLE}, {NATIONAL_ROLE}"
    listed = ", ".join(columns)
    return RunSQL(
        f"REVOKE UPDATE, DELETE ON {table} FROM {roles};"
        f"GRANT UPDATE ({listed}) ON {table} TO {roles};",
        f"REVOKE UPDATE ({listed}) ON {table} FROM {roles};"
        f"GRANT UPDATE, DELETE ON {table} TO {roles};",
    )


def same_caisse(table: str, column: str, target: str, *, name: str) -> RunSQL:
    """Foreign key on (caisse_id, ``column``): both rows belong to one fund (invariant 8).

    The Django field beside it says ``db_constraint=False``; ``target`` has a unique key on
    (caisse_id, id), which is also what distributing the tables by fund would ask for.
    """
    return RunSQL(
        f"ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY (caisse_id, {column}) "
        f"REFERENCES {target} (caisse_id, id);",
        f"ALTER TABLE {table} DROP CONSTRAINT {name};",
    )


def pin_search_path(*functions: str) -> list[RunSQL]:
    """Make functions (``name(types)``) read the schema's own tables, whatever the caller made.

    Unless it is named, last, the schema of temporary tables is searched first: a table or a view
    made there under one of our names would be read instead, by a trigger that guards an invariant
    or, in a function that runs as the owner, with the owner's rights.
    """
    path = "pg_catalog, public, pg_temp"
    return [
        RunSQL(f"ALTER FUNCTION {function} SET search_path = {path};", RunSQL.noop)
        for function in functions
    ]


def sql_file(path: Path) -> RunSQL:
    """Run ``path`` (functions and triggers) and, backwards, its neighbour ``….reverse.sql``."""
    reverse = path.with_suffix(".reverse.sql")
    return RunSQL(path.read_text(encoding="utf-8"), reverse.read_text(encoding="utf-8"))
