"""The long SQL statements of this application, each in its file under ``rapprochement/sql/``."""

from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).parent / "sql"


@cache
def statement(name: str) -> str:
    """The text of ``sql/<name>.sql``, read once a process; its parameters are psycopg's own."""
    return (_FOLDER / f"{name}.sql").read_text(encoding="utf-8")
