"""The movements of debts that no écriture tells yet."""

from pathlib import Path

from django.db import migrations

from caf_portal.database import row_security as rows

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    """A view that its reader's walls apply to."""

    dependencies = [
        ("rapprochement", "0002_row_security"),
        ("allocataires", "0010_etape_ends"),
        ("recouvrement", "0002_row_security"),
    ]

    operations = [rows.sql_file(SQL / "movements.sql")]
