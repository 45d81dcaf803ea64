"""Walls between funds, rights on the tables, and the triggers that hold the invariants."""

from pathlib import Path

from django.db import migrations

from caf_portal.database import row_security as rows

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    """Row-level security from the first day (invariant 13)."""

    dependencies = [
        ("caisses", "0001_initial"),
    ]

    operations = [
        rows.wall_off("caisses_habilitation"),
        rows.wall_off("caisses_charte"),
        rows.sql_file(SQL / "doors.sql"),
    ]
