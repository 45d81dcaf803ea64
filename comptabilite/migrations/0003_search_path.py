"""The trigger of the journal reads the real lines, and nothing made in their place."""

from django.db import migrations

from caf_portal.database import row_security as rows


class Migration(migrations.Migration):
    """See ``pin_search_path``."""

    dependencies = [
        ("comptabilite", "0002_row_security"),
    ]

    operations = rows.pin_search_path(
        "comptabilite_ecriture_balanced()",
    )
