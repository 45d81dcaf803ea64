"""Surpluses that the person places or asks back, and refunds that the person asks for."""

import uuid

import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("allocataires", "0008_life_of_debts_row_security"),
        ("caisses", "0003_search_path"),
        ("payments", "0012_silence_consent_and_orphans"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="TropPercu",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("amount_cents", models.BigIntegerField(verbose_name="montant")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("A_CHOISIR", "À choisir par la personne"),
                            ("AFFECTE", "Déduit d’une autre dette"),
                            ("REMBOURSEMENT", "Remboursement demandé"),
                            ("RENDU", "Rendu à la personne"),
                            ("A_TRANSMETTRE", "À transmettre à la nouvelle caisse"),
                            ("TRANSMIS", "Transmis à la nouvelle caisse"),
                        ],
                        default="A_CHOISIR",
                        max_length=13,
                        verbose_name="état",
                    ),
                ),
                (
                    "sent_id",
                    models.UUIDField(
                        blank=True, editable=False, null=True, verbose_name="transmission"
                    ),
                ),
                ("sent_cents", models.BigIntegerField(default=0, verbose_name="transmis")),
                (
                    "placed_cents",
                    models.BigIntegerField(default=0, verbose_name="déduit de la dette choisie"),
                ),
                ("seen_at", models.DateTimeField(verbose_name="vu le")),
                (
                    "chosen_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="choisi le"),
                ),
            ],
            options={
                "verbose_name": "trop-perçu",
                "verbose_name_plural": "trop-perçus",
            },
        ),
        migrations.RemoveConstraint(
            model_name="refund",
            name="inv07_refund_within_what_was_seen",
        ),
        migrations.AlterField(
            model_name="refund",
            name="origin",
            field=models.CharField(
                choices=[
                    ("PORTAL", "demandé ici"),
                    ("PERSON", "demandé par la personne"),
                    ("PLATFORM", "fait chez la plateforme"),
                ],
                default="PORTAL",
                max_length=8,
                verbose_name="origine",
            ),
        ),
        migrations.AddConstraint(
            model_name="refund",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("origin", "PLATFORM"),
                    models.Q(
                        ("asked_by__isnull", False),
                        ("origin", "PORTAL"),
                        ("amount_cents__lte", models.F("stated_cents")),
                    ),
                    models.Q(
                        ("asked_by__isnull", True),
                        ("origin", "PERSON"),
                        ("amount_cents__lte", models.F("stated_cents")),
                    ),
                    _connector="OR",
                ),
                name="inv07_refund_within_what_was_seen",
            ),
        ),
        migrations.AddField(
            model_name="troppercu",
            name="allocataire",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.PROTECT,
                to="allocataires.allocataire",
                verbose_name="allocataire",
            ),
        ),
        migrations.AddField(
            model_name="troppercu",
            name="caisse",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                to="caisses.caisse",
                verbose_name="caisse",
            ),
        ),
        migrations.AddField(
            model_name="troppercu",
            name="chosen_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="choisi pour la personne par",
            ),
        ),
        migrations.AddField(
            model_name="troppercu",
            name="creance",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="allocataires.creance",
                verbose_name="dette choisie",
            ),
        ),
        migrations.AddField(
            model_name="troppercu",
            name="moved_creance",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="allocataires.creance",
                verbose_name="dette partie vers une autre caisse",
            ),
        ),
        migrations.AddField(
            model_name="troppercu",
            name="payment",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="surpluses",
                to="payments.payment",
                verbose_name="paiement",
            ),
        ),
        migrations.AddField(
            model_name="troppercu",
            name="refund",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="payments.refund",
                verbose_name="remboursement",
            ),
        ),
        migrations.AddField(
            model_name="troppercu",
            name="transaction",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="surpluses",
                to="payments.transaction",
                verbose_name="transaction",
            ),
        ),
        migrations.AddIndex(
            model_name="troppercu",
            index=models.Index(
                condition=models.Q(("status__in", ["A_CHOISIR", "A_TRANSMETTRE", "REMBOURSEMENT"])),
                fields=["caisse", "allocataire"],
                name="trop_percu_waiting",
            ),
        ),
        migrations.AddConstraint(
            model_name="troppercu",
            constraint=models.UniqueConstraint(
                fields=("transaction", "moved_creance"),
                name="inv04_trop_percu_once",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="troppercu",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("amount_cents__gt", 0),
                    ("placed_cents__gte", 0),
                    ("sent_cents__gte", 0),
                    (
                        "amount_cents__gte",
                        django.db.models.expressions.CombinedExpression(
                            models.F("sent_cents"), "+", models.F("placed_cents")
                        ),
                    ),
                ),
                name="inv07_trop_percu_within_its_amount",
            ),
        ),
        migrations.AddConstraint(
            model_name="troppercu",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("creance__isnull", True), ("placed_cents", 0)),
                    models.Q(("creance__isnull", False), ("placed_cents__gt", 0)),
                    _connector="OR",
                ),
                name="trop_percu_placed_on_a_debt",
            ),
        ),
        migrations.AddConstraint(
            model_name="troppercu",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "AFFECTE"), _negated=True),
                    ("creance__isnull", False),
                    _connector="OR",
                ),
                name="trop_percu_placed_has_its_debt",
            ),
        ),
        migrations.AddConstraint(
            model_name="troppercu",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("sent_cents", 0), ("sent_id__isnull", True)),
                    models.Q(
                        ("moved_creance__isnull", False),
                        ("sent_cents__gt", 0),
                        ("sent_id__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="trop_percu_sent_follows_a_debt",
            ),
        ),
    ]
