"""Walls, rights and triggers of the tables added here."""

from pathlib import Path

from django.db import migrations

from caf_portal.database import row_security as rows

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    """Row-level security on each table with caisse_id (invariant 13)."""

    dependencies = [
        ("payments", "0004_refunds_links_plans"),
        ("allocataires", "0005_echeanciers_row_security"),
    ]

    operations = [
        rows.wall_off("payments_refund"),
        rows.wall_off("payments_paymentlink"),
        rows.wall_off("payments_linkedcreance"),
        rows.same_caisse(
            "payments_refund", "payment_id", "payments_payment", name="inv08_refund_payment"
        ),
        rows.same_caisse(
            "payments_refund",
            "transaction_id",
            "payments_transaction",
            name="inv08_refund_transaction",
        ),
        rows.same_caisse(
            "payments_paymentlink",
            "allocataire_id",
            "allocataires_allocataire",
            name="inv08_link_allocataire",
        ),
        rows.same_caisse(
            "payments_linkedcreance", "link_id", "payments_paymentlink", name="inv08_linked_link"
        ),
        rows.same_caisse(
            "payments_linkedcreance",
            "creance_id",
            "allocataires_creance",
            name="inv08_linked_creance",
        ),
        rows.same_caisse(
            "payments_payment",
            "echeancier_id",
            "allocataires_echeancier",
            name="inv08_payment_echeancier",
        ),
        rows.same_caisse(
            "payments_payment",
            "echeance_id",
            "allocataires_echeance",
            name="inv08_payment_echeance",
        ),
        rows.same_caisse(
            "payments_payment", "link_id", "payments_paymentlink", name="inv08_payment_link"
        ),
        rows.same_caisse(
            "payments_transaction",
            "echeance_id",
            "allocataires_echeance",
            name="inv08_transaction_echeance",
        ),
        rows.only_insert("payments_linkedcreance"),
        rows.only_update(
            "payments_refund",
            [
                "status",
                "kind",
                "gateway_id",
                "gateway_error",
                "decided_by_id",
                "decided_at",
                "settled_at",
            ],
        ),
        rows.only_update("payments_paymentlink", ["revoked_at", "revoked_by_id"]),
        rows.sql_file(SQL / "refunds.sql"),
    ]
