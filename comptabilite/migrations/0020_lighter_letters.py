"""A million lines lettered at once: what other keys say already is not looked up nor indexed."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """The fund is told by both keys of invariant 8; the lettrage begins a unique key."""

    dependencies = [
        ("caisses", "0001_initial"),
        ("comptabilite", "0019_letters_after_exports"),
    ]

    operations = [
        migrations.AlterField(
            model_name="lignelettree",
            name="caisse",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.PROTECT,
                to="caisses.caisse",
                verbose_name="caisse",
            ),
        ),
        migrations.AlterField(
            model_name="lignelettree",
            name="lettrage",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="lignes",
                to="comptabilite.lettrage",
                verbose_name="lettrage",
            ),
        ),
    ]
