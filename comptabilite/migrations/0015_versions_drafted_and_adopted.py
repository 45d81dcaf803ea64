"""One draft a fund, versions adopted one at a time, and names that never change under an export."""

from pathlib import Path

from django.db import migrations, models

from caf_portal.database import row_security as rows
from caf_portal.database.scope import APP_ROLE, NATIONAL_ROLE

SQL = Path(__file__).parent / "sql"
_ROLES = f"{APP_ROLE}, {NATIONAL_ROLE}"


class Migration(migrations.Migration):
    """Invariant 19 held when two things happen at once, and the names of the past as views."""

    dependencies = [
        ("comptabilite", "0014_books_that_close_row_security"),
    ]

    operations = [
        migrations.AddConstraint(
            model_name="schemacomptable",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status", "BROUILLON")),
                fields=("caisse",),
                name="schema_one_draft",
            ),
        ),
        migrations.RunSQL(
            f"REVOKE UPDATE (label) ON comptabilite_compte FROM {_ROLES};"
            f"REVOKE UPDATE (label, kind) ON comptabilite_journal FROM {_ROLES};",
            f"GRANT UPDATE (label) ON comptabilite_compte TO {_ROLES};"
            f"GRANT UPDATE (label, kind) ON comptabilite_journal TO {_ROLES};",
        ),
        rows.sql_file(SQL / "versions.sql"),
        *rows.pin_search_path(
            "comptabilite_schema_frozen()",
            "comptabilite_schema_part_frozen()",
            "comptabilite_rules_of_open_day(bigint, date, text[])",
        ),
    ]
