"""What banks gave back of chargebacks."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """One table; the next migration walls it off."""

    dependencies = [
        ("caisses", "0003_search_path"),
        ("payments", "0015_charged_back"),
    ]

    operations = [
        migrations.CreateModel(
            name="Representation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("source_id", models.UUIDField(editable=False, verbose_name="source")),
                ("amount_cents", models.BigIntegerField(verbose_name="montant")),
                ("given_on", models.DateField(verbose_name="rendu le")),
                ("recorded_at", models.DateTimeField(verbose_name="enregistré le")),
                (
                    "caisse",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        to="caisses.caisse",
                        verbose_name="caisse",
                    ),
                ),
                (
                    "refund",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="representations",
                        to="payments.refund",
                        verbose_name="impayé",
                    ),
                ),
            ],
            options={
                "verbose_name": "impayé rendu par la banque",
                "verbose_name_plural": "impayés rendus par la banque",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("refund", "source_id"), name="inv04_representation_booked_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("amount_cents__gt", 0)),
                        name="inv07_representation_positive",
                    ),
                ],
            },
        ),
    ]
