"""What the gateway took and gave back, and the lines of the books that say so."""

from pathlib import Path

from django.db import migrations

from caf_portal.database import row_security as rows

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    """Views that their reader's walls apply to."""

    dependencies = [("rapprochement", "0003_movements_to_write")]

    operations = [rows.sql_file(SQL / "operations.sql")]
