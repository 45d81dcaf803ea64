"""The door of the rights reads the real table of rights, and nothing made in its place."""

from django.db import migrations

from caf_portal.database import row_security as rows


class Migration(migrations.Migration):
    """See ``pin_search_path``."""

    dependencies = [
        ("caisses", "0002_row_security"),
    ]

    operations = rows.pin_search_path(
        "caf_append_only()",
        "caisses_rights_of(bigint)",
    )
