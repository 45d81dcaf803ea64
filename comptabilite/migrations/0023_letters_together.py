"""A million lines lettered at once: the lines of a statement are checked together."""

from pathlib import Path

from django.db import migrations

from caf_portal.database import row_security as rows

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    """The trigger of invariant 18 says what two foreign keys said, in two joins."""

    dependencies = [("comptabilite", "0022_asked_closings")]

    operations = [
        rows.sql_file(SQL / "letters_together.sql"),
        *rows.pin_search_path("comptabilite_lettrage_balanced()"),
    ]
