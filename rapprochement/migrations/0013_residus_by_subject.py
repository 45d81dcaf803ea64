"""What earlier days said of a thing is found by its name, not by reading the years before."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """One index, which also begins with the fund."""

    dependencies = [
        ("caisses", "0003_search_path"),
        ("rapprochement", "0012_totals"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="residu",
            index=models.Index(fields=["caisse", "subject"], name="residu_by_subject"),
        ),
        migrations.AlterField(
            model_name="residu",
            name="caisse",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                to="caisses.caisse",
                verbose_name="caisse",
            ),
        ),
    ]
