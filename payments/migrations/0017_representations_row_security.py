"""Walls and rights of what banks gave back of chargebacks."""

from pathlib import Path

from django.db import migrations

from caf_portal.database import row_security as rows

SQL = Path(__file__).parent / "sql"
_TABLE = "payments_representation"


class Migration(migrations.Migration):
    """Row-level security on the table with caisse_id (invariant 13); invariant 7 counts it."""

    dependencies = [
        ("payments", "0016_representations"),
    ]

    operations = [
        rows.wall_off(_TABLE),
        rows.same_caisse(
            _TABLE, "refund_id", "payments_refund", name="inv08_representation_refund"
        ),
        rows.only_insert(_TABLE),
        rows.sql_file(SQL / "representations.sql"),
    ]
