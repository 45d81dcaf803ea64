"""A refund may be a chargeback: the bank of whoever paid took the money back."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Words only: no constraint looks at the kind."""

    dependencies = [
        ("payments", "0014_surplus_row_security"),
    ]

    operations = [
        migrations.AlterField(
            model_name="refund",
            name="kind",
            field=models.CharField(
                blank=True,
                choices=[
                    ("REFUND", "Remboursement"),
                    ("CANCELLATION", "Annulation avant remise en banque"),
                    ("REDUCTION", "Montant réduit avant remise en banque"),
                    ("IMPAYE", "Impayé : repris par la banque"),
                ],
                max_length=12,
                verbose_name="forme",
            ),
        ),
    ]
