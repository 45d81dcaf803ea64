"""Walls and rights of surpluses."""

from django.db import migrations

from caf_portal.database import row_security as rows

_TABLE = "payments_troppercu"


class Migration(migrations.Migration):
    """Row-level security on the table with caisse_id (invariant 13)."""

    dependencies = [
        ("payments", "0013_surplus"),
        ("allocataires", "0008_life_of_debts_row_security"),
    ]

    operations = [
        rows.wall_off(_TABLE),
        rows.same_caisse(
            _TABLE,
            "allocataire_id",
            "allocataires_allocataire",
            name="inv08_trop_percu_allocataire",
        ),
        rows.same_caisse(_TABLE, "payment_id", "payments_payment", name="inv08_trop_percu_payment"),
        rows.same_caisse(
            _TABLE, "transaction_id", "payments_transaction", name="inv08_trop_percu_transaction"
        ),
        rows.same_caisse(
            _TABLE, "moved_creance_id", "allocataires_creance", name="inv08_trop_percu_moved"
        ),
        rows.same_caisse(
            _TABLE, "creance_id", "allocataires_creance", name="inv08_trop_percu_creance"
        ),
        rows.same_caisse(_TABLE, "refund_id", "payments_refund", name="inv08_trop_percu_refund"),
        rows.only_update(
            _TABLE,
            [
                "status",
                "sent_cents",
                "sent_id",
                "creance_id",
                "placed_cents",
                "refund_id",
                "chosen_at",
                "chosen_by_id",
            ],
        ),
    ]
