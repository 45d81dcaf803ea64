"""Requests to move a debt to another fund."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("allocataires", "0009_implantation_by_statement"),
        ("caisses", "0003_search_path"),
        ("recouvrement", "0002_row_security"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="MutationDemandee",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "move_id",
                    models.UUIDField(default=uuid.uuid4, editable=False, verbose_name="mutation"),
                ),
                (
                    "side",
                    models.CharField(
                        choices=[("DEPART", "Départ"), ("ARRIVEE", "Arrivée")],
                        max_length=7,
                        verbose_name="sens",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("DEMANDEE", "En attente de l’autre caisse"),
                            ("ACCEPTEE", "Acceptée, en cours"),
                            ("FAITE", "Faite"),
                            ("REFUSEE", "Refusée"),
                            ("ECHOUEE", "Impossible"),
                        ],
                        default="DEMANDEE",
                        max_length=8,
                        verbose_name="état",
                    ),
                ),
                (
                    "numero",
                    models.CharField(max_length=7, verbose_name="numéro d’allocataire à l’arrivée"),
                ),
                ("nom", models.CharField(blank=True, max_length=80, verbose_name="nom")),
                ("prenom", models.CharField(blank=True, max_length=80, verbose_name="prénom")),
                (
                    "naissance_on",
                    models.DateField(blank=True, null=True, verbose_name="date de naissance"),
                ),
                (
                    "nature",
                    models.CharField(
                        choices=[
                            ("IN1", "Prestations familiales"),
                            ("IN5", "Aide personnalisée au logement"),
                            ("IM3", "Prime d’activité"),
                            ("ING", "Prime de Noël"),
                            ("INK", "RSA"),
                            ("INL", "RSA majoré (parent isolé)"),
                            ("INM", "RSA local"),
                            ("INS", "RSA local, part socle"),
                            ("INN", "RSA, contrat d’insertion"),
                            ("INP", "RSA jeune actif"),
                            ("INT", "RSA jeune actif majoré"),
                            ("ITK", "RSA, dette venue d’une autre caisse"),
                            ("ITL", "RSA majoré, dette venue d’une autre caisse"),
                            ("ISK", "RSA, somme avancée pour un tiers"),
                        ],
                        max_length=3,
                        verbose_name="nature",
                    ),
                ),
                ("stated_cents", models.BigIntegerField(verbose_name="reste dû à la demande")),
                ("moved_on", models.DateField(verbose_name="date d’effet")),
                ("reason", models.CharField(max_length=300, verbose_name="motif")),
                ("asked_at", models.DateTimeField(verbose_name="demandée le")),
                (
                    "decided_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="décidée le"),
                ),
                ("answer", models.CharField(blank=True, max_length=300, verbose_name="réponse")),
                (
                    "asked_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="demandée par",
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
                (
                    "creance",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="allocataires.creance",
                        verbose_name="créance",
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="décidée par",
                    ),
                ),
                (
                    "other_caisse",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="caisses.caisse",
                        verbose_name="autre caisse",
                    ),
                ),
            ],
            options={
                "verbose_name": "mutation demandée",
                "verbose_name_plural": "mutations demandées",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("caisse", "move_id"), name="mutation_demandee_one_side"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("status__in", ["ACCEPTEE", "DEMANDEE"])),
                        fields=("creance",),
                        name="mutation_demandee_one_at_a_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("caisse", models.F("other_caisse")), _negated=True),
                        name="mutation_demandee_two_funds",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("numero__regex", "^[0-9]{7}$")),
                        name="mutation_demandee_seven_digits",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("side", "ARRIVEE"), ("creance__isnull", False), _connector="OR"
                        ),
                        name="mutation_demandee_leaves_with_its_debt",
                    ),
                ],
            },
        ),
    ]
