"""A plan has one payment; a transaction may be tied to its due after it was first heard of."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("allocataires", "0006_echeance_settled_once"),
        ("caisses", "0002_row_security"),
        ("payments", "0009_stages_and_payment_orders"),
    ]

    operations = [
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("echeancier__isnull", False)),
                fields=("echeancier",),
                name="payment_one_for_a_plan",
            ),
        ),
        migrations.RunSQL(
            "GRANT UPDATE (echeance_id) ON payments_transaction TO caf_app, caf_national;",
            "REVOKE UPDATE (echeance_id) ON payments_transaction FROM caf_app, caf_national;",
        ),
    ]
