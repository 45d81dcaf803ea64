"""Many rows at once: COPY into a temporary table, from where an INSERT … SELECT takes them.

PostgreSQL refuses COPY straight into a table under row-level security; the detour keeps its
policies, its triggers and its constraints at work.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connection

#: For one statement over many rows, until the end of the transaction.
TIME_LIMIT = "10min"


@contextmanager
def copied(table: str, columns: Mapping[str, str], rows: Iterable[Sequence[Any]]) -> Iterator[None]:
    """Within the block, the temporary ``table`` holds ``rows``, numbered by ``seq`` from 1.

    ``columns`` gives each column its SQL type, in the order of the values. Names come from the
    code, never from a person.
    """
    definition = ", ".join(f"{name} {kind}" for name, kind in columns.items())
    with connection.cursor() as cursor:
        # Thousands of rows and their triggers take longer than a person's request may.
        cursor.execute("SELECT set_config('statement_timeout', %s, true)", [TIME_LIMIT])
        cursor.execute(
            f"CREATE TEMPORARY TABLE {table} "
            f"(seq bigint GENERATED ALWAYS AS IDENTITY, {definition})"
        )
        with cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        cursor.execute(f"ANALYZE {table}")
    yield
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE {table}")


def execute(statement: str) -> int:
    """Run one statement of the code's own; returns how many rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return int(cursor.rowcount)
