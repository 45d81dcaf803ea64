"""A payment that the bank took back is told to the fund's software."""

from pathlib import Path

from django.db import migrations

from caf_portal.database import row_security as rows

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    """The movement ``IMPAYE``, when it starts in the portal."""

    dependencies = [
        ("echanges", "0006_movements_told"),
    ]

    operations = [rows.sql_file(SQL / "impayes_dits.sql")]
