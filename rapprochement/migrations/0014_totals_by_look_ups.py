"""The lines of a day are looked up one écriture at a time, whatever the planner believes."""

from pathlib import Path

from django.db import migrations

from caf_portal.database import row_security as rows

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    """The same view, the same rows."""

    dependencies = [("rapprochement", "0013_residus_by_subject")]

    operations = [rows.sql_file(SQL / "totals_by_look_ups.sql")]
