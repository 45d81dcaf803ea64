"""The long SQL statements of this application, each in its file under ``rapprochement/sql/``."""

from functools import cache
from pathlib import Path

from django.db import connection

_FOLDER = Path(__file__).parent / "sql"


@cache
def statement(name: str) -> str:
    """The text of ``sql/<name>.sql``, read once a process; its parameters are psycopg's own."""
    return (_FOLDER / f"{name}.sql").read_text(encoding="utf-8")


def take_time() -> None:
    """Let the statements of this transaction last: a request of a person has ten seconds, a day of
    a large fund takes more. Its sorts and joins stay in memory; compiling its statements would only
    delay small days."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('statement_timeout', '30min', true),"
            " set_config('work_mem', '64MB', true), set_config('jit', 'off', true)"
        )
