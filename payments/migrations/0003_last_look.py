"""A last question to the platform, a door for closed shops, and what the sweeps need to be quick."""

from pathlib import Path

from django.db import migrations, models

from caf_portal.database import row_security as rows

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    """``Payment.closed_at``, two indexes, the door; see ``pin_search_path``."""

    dependencies = [
        ("payments", "0002_row_security"),
    ]

    operations = [
        migrations.AddField(
            model_name="payment",
            name="closed_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddIndex(
            model_name="payment",
            index=models.Index(
                condition=models.Q(("closed_at__isnull", True)),
                fields=["last_form_at"],
                name="payment_not_closed",
            ),
        ),
        migrations.AddIndex(
            model_name="notification",
            index=models.Index(fields=["received_at"], name="notification_received"),
        ),
        migrations.RunSQL(
            "GRANT UPDATE (closed_at) ON payments_payment TO caf_app, caf_national;",
            "REVOKE UPDATE (closed_at) ON payments_payment FROM caf_app, caf_national;",
        ),
        rows.sql_file(SQL / "door_of_closed_shops.sql"),
        *rows.pin_search_path(
            "payments_open_payment()",
            "payments_move_payment()",
            "payments_guard_status()",
            "payments_affectations_sum()",
            "payments_enter_boutique(varchar, varchar)",
        ),
    ]
