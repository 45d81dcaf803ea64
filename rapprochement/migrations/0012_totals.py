"""Sums of what changes no more: closed days by account and event, files by day."""

from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

from caf_portal.database import row_security as rows

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    """Two tables with their walls, the triggers that write them, and what was there before them."""

    dependencies = [
        ("caisses", "0003_search_path"),
        ("comptabilite", "0020_lighter_letters"),
        ("rapprochement", "0011_chargebacks_booked_row_security"),
    ]

    operations = [
        migrations.CreateModel(
            name="TotalFichier",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day_on", models.DateField(verbose_name="jour")),
                ("operations", models.IntegerField(verbose_name="opérations")),
                ("amount_cents", models.BigIntegerField(verbose_name="montant")),
                (
                    "caisse",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="caisses.caisse",
                        verbose_name="caisse",
                    ),
                ),
                (
                    "fichier",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="totaux",
                        to="rapprochement.fichierreleve",
                        verbose_name="fichier",
                    ),
                ),
            ],
            options={
                "verbose_name": "total d’un fichier",
                "verbose_name_plural": "totaux des fichiers",
                "indexes": [models.Index(fields=["caisse", "day_on"], name="total_fichier_by_day")],
            },
        ),
        migrations.CreateModel(
            name="TotalJour",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day_on", models.DateField(verbose_name="jour")),
                ("event", models.CharField(max_length=24, verbose_name="événement")),
                ("ecritures", models.IntegerField(verbose_name="écritures")),
                ("amount_cents", models.BigIntegerField(verbose_name="montant")),
                (
                    "caisse",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="caisses.caisse",
                        verbose_name="caisse",
                    ),
                ),
                (
                    "compte",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="comptabilite.compte",
                        verbose_name="compte",
                    ),
                ),
            ],
            options={
                "verbose_name": "total d’un jour clos",
                "verbose_name_plural": "totaux des jours clos",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("caisse", "compte", "day_on", "event"),
                        name="inv17_day_totalled_once",
                    )
                ],
            },
        ),
        rows.wall_off("rapprochement_totaljour"),
        rows.wall_off("rapprochement_totalfichier"),
        rows.same_caisse(
            "rapprochement_totaljour", "compte_id", "comptabilite_compte", name="inv08_total_compte"
        ),
        rows.same_caisse(
            "rapprochement_totalfichier",
            "fichier_id",
            "rapprochement_fichierreleve",
            name="inv08_total_fichier",
        ),
        rows.only_insert("rapprochement_totaljour"),
        rows.only_insert("rapprochement_totalfichier"),
        rows.sql_file(SQL / "totals.sql"),
        *rows.pin_search_path("rapprochement_total_day()", "rapprochement_total_file()"),
    ]
