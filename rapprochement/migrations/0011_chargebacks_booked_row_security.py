"""Walls of what accountants book of chargebacks, and 511x with what banks gave back."""

from pathlib import Path

from django.db import migrations

from caf_portal.database import row_security as rows

SQL = Path(__file__).parent / "sql"
_TABLE = "rapprochement_suiteimpaye"


class Migration(migrations.Migration):
    """Row-level security on the table with caisse_id (invariant 13)."""

    dependencies = [
        ("rapprochement", "0010_chargebacks_booked_by_hand"),
    ]

    operations = [
        rows.wall_off(_TABLE),
        rows.same_caisse(
            _TABLE, "impaye_id", "rapprochement_impaye", name="inv08_suite_impaye_impaye"
        ),
        rows.same_caisse(
            _TABLE, "transaction_id", "payments_transaction", name="inv08_suite_impaye_transaction"
        ),
        rows.same_caisse(
            _TABLE, "ecriture_id", "comptabilite_ecriture", name="inv08_suite_impaye_ecriture"
        ),
        rows.only_insert(_TABLE),
        rows.sql_file(SQL / "representments.sql"),
    ]
