"""Walls between funds, rights on the tables, and the triggers that hold the invariants."""

from django.db import migrations

from caf_portal.database import row_security as rows


class Migration(migrations.Migration):
    """Row-level security from the first day (invariant 13)."""

    dependencies = [
        ("relation_usager", "0001_initial"),
        ("allocataires", "0002_row_security"),
    ]

    operations = [
        rows.wall_off("relation_usager_message"),
        rows.same_caisse(
            "relation_usager_message",
            "allocataire_id",
            "allocataires_allocataire",
            name="inv08_message_allocataire",
        ),
        rows.only_update(
            "relation_usager_message", ["next_attempt_at", "attempts", "sent_at", "last_error"]
        ),
    ]
