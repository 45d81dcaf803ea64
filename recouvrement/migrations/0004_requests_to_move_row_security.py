"""Walls and rights of the requests to move a debt, and the day of a card movement as an index."""

from django.db import migrations

from caf_portal.database import row_security as rows

_TABLE = "recouvrement_mutationdemandee"


class Migration(migrations.Migration):
    """Row-level security on the table with caisse_id (invariant 13)."""

    dependencies = [
        ("recouvrement", "0003_requests_to_move"),
        ("allocataires", "0008_life_of_debts_row_security"),
    ]

    operations = [
        rows.wall_off(_TABLE),
        rows.same_caisse(
            _TABLE,
            "creance_id",
            "allocataires_creance",
            name="inv08_mutation_demandee_creance",
        ),
        rows.only_update(_TABLE, ["status", "creance_id", "decided_by_id", "decided_at", "answer"]),
        # Of all the movements of a month, those by card are a few: the search for a payment and a
        # withholding of the same month starts from them.
        migrations.RunSQL(
            "CREATE INDEX mouvement_by_card_day ON allocataires_mouvement (caisse_id, value_on)"
            " WHERE kind = 'CARTE'",
            "DROP INDEX mouvement_by_card_day",
        ),
    ]
