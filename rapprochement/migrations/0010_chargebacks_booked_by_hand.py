"""What accountants book of chargebacks that the portal could not."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """One table; the next migration walls it off."""

    dependencies = [
        ("caisses", "0003_search_path"),
        ("comptabilite", "0021_chargebacks_given_back"),
        ("payments", "0017_representations_row_security"),
        ("rapprochement", "0008_matches_together"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SuiteImpaye",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("REPRIS", "Impayé enregistré"),
                            ("RENDU", "Impayé rendu par la banque, enregistré"),
                        ],
                        max_length=6,
                        verbose_name="suite",
                    ),
                ),
                ("beyond_cents", models.BigIntegerField(verbose_name="au-delà du paiement")),
                ("note", models.CharField(max_length=300, verbose_name="note")),
                ("booked_at", models.DateTimeField(verbose_name="enregistré le")),
            ],
            options={
                "verbose_name": "suite donnée à un impayé",
                "verbose_name_plural": "suites données aux impayés",
            },
        ),
        migrations.AlterField(
            model_name="impaye",
            name="status",
            field=models.CharField(
                choices=[
                    ("ROUVERT", "Dette de nouveau due"),
                    ("A_TRAITER", "À enregistrer par un comptable"),
                ],
                max_length=9,
                verbose_name="état",
            ),
        ),
        migrations.AddConstraint(
            model_name="impaye",
            constraint=models.UniqueConstraint(fields=("caisse", "id"), name="impaye_by_caisse"),
        ),
        migrations.AddField(
            model_name="suiteimpaye",
            name="booked_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="par",
            ),
        ),
        migrations.AddField(
            model_name="suiteimpaye",
            name="caisse",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                to="caisses.caisse",
                verbose_name="caisse",
            ),
        ),
        migrations.AddField(
            model_name="suiteimpaye",
            name="ecriture",
            field=models.OneToOneField(
                db_constraint=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="comptabilite.ecriture",
                verbose_name="écriture",
            ),
        ),
        migrations.AddField(
            model_name="suiteimpaye",
            name="impaye",
            field=models.OneToOneField(
                db_constraint=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="suite",
                to="rapprochement.impaye",
                verbose_name="impayé",
            ),
        ),
        migrations.AddField(
            model_name="suiteimpaye",
            name="transaction",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="payments.transaction",
                verbose_name="transaction",
            ),
        ),
        migrations.AddConstraint(
            model_name="suiteimpaye",
            constraint=models.CheckConstraint(
                condition=models.Q(("beyond_cents__gte", 0)),
                name="suite_impaye_beyond_not_negative",
            ),
        ),
    ]
