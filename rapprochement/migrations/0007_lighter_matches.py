"""A million matches a day: what other keys say already is not looked up nor indexed again."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """The fund is told by both keys of invariant 8; the ledger line begins a unique key; matches
    are not searched by agent."""

    dependencies = [
        ("caisses", "0001_initial"),
        ("comptabilite", "0018_numbers_by_index"),
        ("rapprochement", "0006_corrected_imputations"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="appariement",
            name="caisse",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.PROTECT,
                to="caisses.caisse",
                verbose_name="caisse",
            ),
        ),
        migrations.AlterField(
            model_name="appariement",
            name="ligne",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="appariements",
                to="comptabilite.ligne",
                verbose_name="ligne d’écriture",
            ),
        ),
        migrations.AlterField(
            model_name="appariement",
            name="matched_by",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="par",
            ),
        ),
    ]
