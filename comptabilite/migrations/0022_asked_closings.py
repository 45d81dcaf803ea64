"""What accountants ask to close, kept before a worker is told."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from caf_portal.database import row_security as rows

_TABLE = "comptabilite_demandecloture"


class Migration(migrations.Migration):
    """One table, and its walls (invariant 13)."""

    dependencies = [
        ("caisses", "0003_search_path"),
        ("comptabilite", "0021_chargebacks_given_back"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="DemandeCloture",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "periode",
                    models.CharField(
                        choices=[("JOUR", "Jour"), ("MOIS", "Mois"), ("ANNEE", "Année")],
                        max_length=5,
                        verbose_name="période",
                    ),
                ),
                ("first_on", models.DateField(blank=True, null=True, verbose_name="du")),
                ("last_on", models.DateField(verbose_name="au")),
                ("asked_at", models.DateTimeField(verbose_name="demandée le")),
                ("attempts", models.SmallIntegerField(default=0, verbose_name="essais")),
                ("days_closed", models.IntegerField(default=0, verbose_name="jours clôturés")),
                (
                    "ended_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="terminée le"),
                ),
                (
                    "refusal",
                    models.TextField(
                        blank=True, max_length=1000, verbose_name="pourquoi elle s’est arrêtée"
                    ),
                ),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="par",
                    ),
                ),
                (
                    "caisse",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        to="caisses.caisse",
                        verbose_name="caisse",
                    ),
                ),
            ],
            options={
                "verbose_name": "demande de clôture",
                "verbose_name_plural": "demandes de clôture",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=("caisse",),
                        name="demande_cloture_one_at_a_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("first_on__isnull", True),
                            models.Q(("first_on", models.F("last_on")), ("periode", "JOUR")),
                            _connector="OR",
                        ),
                        name="demande_cloture_one_day_is_a_day",
                    ),
                ],
            },
        ),
        rows.wall_off(_TABLE),
        rows.only_update(_TABLE, ["attempts", "days_closed", "ended_at", "refusal"]),
    ]
