"""The pieces of a lot's file, the lines applied by their identifier, and numbers given back."""

import django.db.models.deletion
from django.db import migrations, models

from caf_portal.database import row_security as rows


class Migration(migrations.Migration):
    """Two tables behind the walls; a refused file no longer holds its number."""

    dependencies = [
        ("echanges", "0003_facts_to_publish"),
    ]

    operations = [
        migrations.AlterField(
            model_name="lot",
            name="status",
            field=models.CharField(
                choices=[
                    ("RECU", "Reçu, à appliquer"),
                    ("APPLIQUE", "Appliqué"),
                    ("REFUSE", "Refusé en entier"),
                ],
                default="RECU",
                max_length=8,
                verbose_name="état",
            ),
        ),
        migrations.RemoveConstraint(model_name="lot", name="lot_number_once"),
        migrations.AddConstraint(
            model_name="lot",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    models.Q(("status", "REFUSE"), _negated=True), ("corrects__isnull", True)
                ),
                fields=("caisse", "day_on", "sequence"),
                name="lot_number_once",
            ),
        ),
        migrations.CreateModel(
            name="MorceauLot",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("rank", models.IntegerField()),
                ("content", models.BinaryField()),
                (
                    "caisse",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="caisses.caisse"
                    ),
                ),
                (
                    "lot",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="morceaux",
                        to="echanges.lot",
                    ),
                ),
            ],
            options={
                "verbose_name": "morceau de fichier",
                "verbose_name_plural": "morceaux de fichier",
            },
        ),
        migrations.AddConstraint(
            model_name="morceaulot",
            constraint=models.UniqueConstraint(fields=("lot", "rank"), name="morceau_once"),
        ),
        migrations.CreateModel(
            name="LigneAppliquee",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=64)),
                ("content", models.CharField(max_length=32)),
                (
                    "caisse",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="caisses.caisse"
                    ),
                ),
                (
                    "lot",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="echanges.lot",
                    ),
                ),
            ],
            options={
                "verbose_name": "ligne appliquée",
                "verbose_name_plural": "lignes appliquées",
            },
        ),
        migrations.AddConstraint(
            model_name="ligneappliquee",
            constraint=models.UniqueConstraint(fields=("caisse", "key"), name="inv04_ligne_once"),
        ),
        rows.wall_off("echanges_morceaulot"),
        rows.wall_off("echanges_ligneappliquee"),
        rows.same_caisse("echanges_morceaulot", "lot_id", "echanges_lot", name="inv08_morceau_lot"),
        rows.same_caisse(
            "echanges_ligneappliquee", "lot_id", "echanges_lot", name="inv08_ligne_lot"
        ),
        rows.only_insert("echanges_ligneappliquee"),
        # Compressed already: PostgreSQL must not try again.
        migrations.RunSQL(
            "ALTER TABLE echanges_morceaulot ALTER COLUMN content SET STORAGE EXTERNAL;",
            migrations.RunSQL.noop,
        ),
    ]
