"""What answers what says the same amount."""

from pathlib import Path

from django.db import migrations

from caf_portal.database import row_security as rows

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    """Triggers of invariant 21."""

    dependencies = [("rapprochement", "0004_operations")]

    operations = [
        rows.sql_file(SQL / "matches.sql"),
        *rows.pin_search_path(
            "rapprochement_pairs_agree()",
            "rapprochement_bank_agrees()",
            "rapprochement_remise_once()",
        ),
    ]
