"""What is lettered, or taken back, changes no export that was asked for before."""

from pathlib import Path

from django.db import migrations

from caf_portal.database import row_security as rows

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    """One trigger on lettrages (invariant 19)."""

    dependencies = [("comptabilite", "0018_numbers_by_index")]

    operations = [
        rows.sql_file(SQL / "letters_after_exports.sql"),
        *rows.pin_search_path("comptabilite_letter_after_exports()"),
    ]
