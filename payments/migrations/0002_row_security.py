"""Walls between funds, rights on the tables, and the triggers that hold the invariants."""

from pathlib import Path

from django.db import migrations

from caf_portal.database import row_security as rows

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    """Row-level security from the first day (invariant 13)."""

    dependencies = [
        ("payments", "0001_initial"),
        ("allocataires", "0002_row_security"),
        ("comptabilite", "0002_row_security"),
    ]

    operations = [
        rows.wall_off("payments_boutique"),
        rows.wall_off("payments_transidcounter"),
        rows.wall_off("payments_payment"),
        rows.wall_off("payments_affectation"),
        rows.wall_off("payments_redirection"),
        rows.wall_off("payments_paymentlog"),
        rows.wall_off("payments_notification"),
        rows.wall_off("payments_notificationoutcome"),
        rows.wall_off("payments_transaction"),
        rows.same_caisse(
            "payments_transidcounter",
            "boutique_id",
            "payments_boutique",
            name="inv08_counter_boutique",
        ),
        rows.same_caisse(
            "payments_payment", "boutique_id", "payments_boutique", name="inv08_payment_boutique"
        ),
        rows.same_caisse(
            "payments_payment",
            "allocataire_id",
            "allocataires_allocataire",
            name="inv08_payment_allocataire",
        ),
        rows.same_caisse(
            "payments_affectation",
            "payment_id",
            "payments_payment",
            name="inv08_affectation_payment",
        ),
        rows.same_caisse(
            "payments_affectation",
            "creance_id",
            "allocataires_creance",
            name="inv08_affectation_creance",
        ),
        rows.same_caisse(
            "payments_redirection",
            "boutique_id",
            "payments_boutique",
            name="inv08_redirection_boutique",
        ),
        rows.same_caisse(
            "payments_redirection",
            "payment_id",
            "payments_payment",
            name="inv08_redirection_payment",
        ),
        rows.same_caisse(
            "payments_paymentlog", "payment_id", "payments_payment", name="inv08_log_payment"
        ),
        rows.same_caisse(
            "payments_paymentlog",
            "notification_id",
            "payments_notification",
            name="inv08_log_notification",
        ),
        rows.same_caisse(
            "payments_notification",
            "boutique_id",
            "payments_boutique",
            name="inv08_notification_boutique",
        ),
        rows.same_caisse(
            "payments_notificationoutcome",
            "notification_id",
            "payments_notification",
            name="inv08_outcome_notification",
        ),
        rows.same_caisse(
            "payments_notificationoutcome",
            "payment_id",
            "payments_payment",
            name="inv08_outcome_payment",
        ),
        rows.same_caisse(
            "payments_transaction",
            "boutique_id",
            "payments_boutique",
            name="inv08_transaction_boutique",
        ),
        rows.same_caisse(
            "payments_transaction",
            "payment_id",
            "payments_payment",
            name="inv08_transaction_payment",
        ),
        rows.only_insert("payments_affectation"),
        rows.only_insert("payments_redirection"),
        rows.only_insert("payments_paymentlog"),
        rows.only_insert("payments_notification"),
        rows.only_insert("payments_notificationoutcome"),
        rows.only_update(
            "payments_payment",
            [
                "status",
                "paid_at",
                "last_form_at",
                "check_requested_at",
                "checked_at",
                "cancel_seen_at",
            ],
        ),
        rows.only_update(
            "payments_transaction",
            [
                "payment_id",
                "gateway_status",
                "amount_cents",
                "currency",
                "card_brand",
                "card_number",
                "authorisation",
                "refusal",
                "updated_at",
            ],
        ),
        rows.sql_file(SQL / "payments.sql"),
    ]
