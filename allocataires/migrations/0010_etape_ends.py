"""Finds the debts that ended lately without reading the history of all of them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """A partial index: few steps are ends."""

    dependencies = [
        ("allocataires", "0009_implantation_by_statement"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="etape",
            index=models.Index(
                condition=models.Q(
                    ("to_state__in", ["ANNULEE", "NON_VALEUR", "PETIT_MONTANT", "REMISE", "SOLDEE"])
                ),
                fields=["at"],
                name="etape_ends",
            ),
        ),
    ]
