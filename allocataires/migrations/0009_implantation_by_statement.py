"""Debts are implanted by the statement that writes them, and not one by one."""

from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

from caf_portal.database import row_security as rows

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    """A million debts are written in the time that their indexes take."""

    dependencies = [
        ("allocataires", "0008_life_of_debts_row_security"),
    ]

    operations = [
        # Keys and indexes that others imply: a million rows pay for each of them.
        migrations.AlterField(
            model_name="allocataire",
            name="caisse",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                to="caisses.caisse",
                verbose_name="caisse",
            ),
        ),
        migrations.AlterField(
            model_name="creance",
            name="caisse",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                to="caisses.caisse",
                verbose_name="caisse",
            ),
        ),
        migrations.AlterField(
            model_name="mouvement",
            name="caisse",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                to="caisses.caisse",
                verbose_name="caisse",
            ),
        ),
        migrations.AlterField(
            model_name="mouvement",
            name="creance",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="mouvements",
                to="allocataires.creance",
                verbose_name="créance",
            ),
        ),
        rows.sql_file(SQL / "implantation.sql"),
        migrations.AddConstraint(
            model_name="mouvement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("balance_after_cents", models.F("amount_cents")),
                    ("kind", "IMPLANTATION"),
                    ("rank", 1),
                )
                | models.Q(models.Q(("kind", "IMPLANTATION"), _negated=True), ("rank__gt", 1)),
                name="inv03_mouvement_implanted_first",
            ),
        ),
    ]
