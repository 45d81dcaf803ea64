"""The triggers of the debts read the real debts, and nothing made in their place."""

from django.db import migrations

from caf_portal.database import row_security as rows


class Migration(migrations.Migration):
    """See ``pin_search_path``."""

    dependencies = [
        ("allocataires", "0002_row_security"),
    ]

    operations = rows.pin_search_path(
        "allocataires_open_creance()",
        "allocataires_implant_creance()",
        "allocataires_post_mouvement()",
        "allocataires_guard_balance()",
    )
