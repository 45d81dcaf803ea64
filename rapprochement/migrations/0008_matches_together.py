"""A million matches a day: the pairs of a statement are checked together."""

from pathlib import Path

from django.db import migrations

from caf_portal.database import row_security as rows

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    """The trigger of invariant 21 says what two foreign keys said, in two joins."""

    dependencies = [("rapprochement", "0007_lighter_matches")]

    operations = [
        rows.sql_file(SQL / "matches_together.sql"),
        *rows.pin_search_path("rapprochement_pairs_agree()"),
    ]
