"""Files of the bank and the gateway, what matches what, chargebacks, the proof of a day."""

import uuid

import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Tables of the application."""

    initial = True

    dependencies = [
        ("caisses", "0003_search_path"),
        ("comptabilite", "0013_books_that_close"),
        ("payments", "0014_surplus_row_security"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CompteBancaire",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("iban", models.CharField(max_length=34, verbose_name="IBAN")),
                ("label", models.CharField(max_length=100, verbose_name="libellé")),
                (
                    "expected_daily",
                    models.BooleanField(
                        default=True, verbose_name="relevé attendu chaque jour ouvré"
                    ),
                ),
                (
                    "transit_days",
                    models.SmallIntegerField(default=5, verbose_name="délai d’une remise (jours)"),
                ),
                ("active", models.BooleanField(default=True, verbose_name="en service")),
                (
                    "caisse",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        to="caisses.caisse",
                        verbose_name="caisse",
                    ),
                ),
                (
                    "compte",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="comptabilite.compte",
                        verbose_name="compte comptable",
                    ),
                ),
            ],
            options={
                "verbose_name": "compte bancaire",
                "verbose_name_plural": "comptes bancaires",
            },
        ),
        migrations.CreateModel(
            name="FichierReleve",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("CFONB120", "Relevé bancaire CFONB 120"),
                            ("CAMT053", "Relevé bancaire camt.053"),
                            ("JT", "Plateforme : transactions (JT)"),
                            ("JO", "Plateforme : opérations (JO)"),
                            ("JRB", "Plateforme : rapprochement bancaire (JRB)"),
                            ("JRI", "Plateforme : impayés (JRI)"),
                        ],
                        max_length=8,
                        verbose_name="nature",
                    ),
                ),
                ("version", models.CharField(blank=True, max_length=20, verbose_name="version")),
                ("day_on", models.DateField(verbose_name="journée")),
                ("filename", models.CharField(max_length=200, verbose_name="fichier")),
                ("sha256", models.CharField(max_length=64, verbose_name="empreinte")),
                ("size_bytes", models.BigIntegerField(verbose_name="taille")),
                ("lines", models.IntegerField(verbose_name="lignes")),
                (
                    "arrivee",
                    models.CharField(
                        choices=[
                            ("DEPOT", "Déposé par un agent"),
                            ("DOSSIER", "Trouvé dans le dossier d’échange"),
                        ],
                        max_length=7,
                        verbose_name="arrivée",
                    ),
                ),
                ("received_at", models.DateTimeField(verbose_name="reçu le")),
                (
                    "boutique",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="payments.boutique",
                        verbose_name="boutique",
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
                    "received_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="déposé par",
                    ),
                ),
            ],
            options={
                "verbose_name": "fichier reçu",
                "verbose_name_plural": "fichiers reçus",
            },
        ),
        migrations.CreateModel(
            name="LigneBanque",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("rank", models.IntegerField(verbose_name="rang")),
                ("booked_on", models.DateField(verbose_name="date comptable")),
                ("value_on", models.DateField(verbose_name="date de valeur")),
                ("amount_cents", models.BigIntegerField(verbose_name="montant")),
                (
                    "code",
                    models.CharField(blank=True, max_length=40, verbose_name="code d’opération"),
                ),
                ("label", models.CharField(max_length=140, verbose_name="libellé")),
                (
                    "reference",
                    models.CharField(blank=True, max_length=70, verbose_name="référence"),
                ),
                ("details", models.TextField(blank=True, verbose_name="compléments")),
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
                "verbose_name": "ligne de banque",
                "verbose_name_plural": "lignes de banque",
            },
        ),
        migrations.CreateModel(
            name="Imputation",
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
                            ("REMISE", "Remise de la plateforme"),
                            ("REPRISE", "Reprise de la plateforme (impayés, remboursements)"),
                            ("FRAIS", "Frais"),
                            ("ATTENTE", "Somme à identifier"),
                            ("ETRANGERE", "Étrangère au portail"),
                        ],
                        max_length=9,
                        verbose_name="nature",
                    ),
                ),
                (
                    "regle",
                    models.CharField(
                        choices=[
                            ("EXACTE", "Même transaction, même montant"),
                            ("REFERENCE", "Même commande, même numéro, même montant"),
                            ("REMISE", "Numéro de remise dans le libellé, même montant"),
                            ("MONTANT", "Même montant, à la date attendue, sans autre candidat"),
                            ("GROUPE", "Plusieurs remises d’un même jour pour une ligne"),
                            ("AGENT", "Choisi par un agent"),
                        ],
                        max_length=9,
                        verbose_name="règle",
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=300, verbose_name="note")),
                ("imputed_at", models.DateTimeField(verbose_name="imputée le")),
                (
                    "caisse",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        to="caisses.caisse",
                        verbose_name="caisse",
                    ),
                ),
                (
                    "ecriture",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="imputation",
                        to="comptabilite.ecriture",
                        verbose_name="écriture",
                    ),
                ),
                (
                    "imputed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="par",
                    ),
                ),
                (
                    "ligne",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="imputation",
                        to="rapprochement.lignebanque",
                        verbose_name="ligne de banque",
                    ),
                ),
            ],
            options={
                "verbose_name": "imputation",
                "verbose_name_plural": "imputations",
            },
        ),
        migrations.CreateModel(
            name="LignePlateforme",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("CFONB120", "Relevé bancaire CFONB 120"),
                            ("CAMT053", "Relevé bancaire camt.053"),
                            ("JT", "Plateforme : transactions (JT)"),
                            ("JO", "Plateforme : opérations (JO)"),
                            ("JRB", "Plateforme : rapprochement bancaire (JRB)"),
                            ("JRI", "Plateforme : impayés (JRI)"),
                        ],
                        max_length=8,
                        verbose_name="nature",
                    ),
                ),
                ("rank", models.IntegerField(verbose_name="rang")),
                (
                    "transaction_uuid",
                    models.UUIDField(blank=True, null=True, verbose_name="transaction"),
                ),
                (
                    "parent_uuid",
                    models.UUIDField(blank=True, null=True, verbose_name="transaction d’origine"),
                ),
                ("trans_id", models.CharField(blank=True, max_length=6, verbose_name="numéro")),
                (
                    "order_reference",
                    models.CharField(blank=True, max_length=64, verbose_name="commande"),
                ),
                ("operation", models.CharField(max_length=24, verbose_name="opération")),
                ("status", models.CharField(blank=True, max_length=40, verbose_name="état")),
                ("amount_cents", models.BigIntegerField(verbose_name="montant")),
                ("currency", models.CharField(default="EUR", max_length=3, verbose_name="devise")),
                ("fee_cents", models.BigIntegerField(default=0, verbose_name="frais")),
                (
                    "happened_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="faite le"),
                ),
                ("day_on", models.DateField(verbose_name="jour")),
                ("reason", models.CharField(blank=True, max_length=100, verbose_name="motif")),
                (
                    "boutique",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="payments.boutique",
                        verbose_name="boutique",
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
                    "fichier",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lignes_plateforme",
                        to="rapprochement.fichierreleve",
                        verbose_name="fichier",
                    ),
                ),
            ],
            options={
                "verbose_name": "ligne de la plateforme",
                "verbose_name_plural": "lignes de la plateforme",
            },
        ),
        migrations.CreateModel(
            name="Impaye",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("amount_cents", models.BigIntegerField(verbose_name="montant")),
                ("charged_on", models.DateField(verbose_name="repris le")),
                ("reason", models.CharField(blank=True, max_length=100, verbose_name="motif")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("ROUVERT", "Dette de nouveau due"),
                            ("A_TRAITER", "À traiter par un agent"),
                        ],
                        max_length=9,
                        verbose_name="état",
                    ),
                ),
                ("recorded_at", models.DateTimeField(verbose_name="enregistré le")),
                (
                    "caisse",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        to="caisses.caisse",
                        verbose_name="caisse",
                    ),
                ),
                (
                    "payment",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="impayes",
                        to="payments.payment",
                        verbose_name="paiement",
                    ),
                ),
                (
                    "transaction",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="impayes",
                        to="payments.transaction",
                        verbose_name="transaction",
                    ),
                ),
                (
                    "plateforme",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="impaye",
                        to="rapprochement.ligneplateforme",
                        verbose_name="ligne de la plateforme",
                    ),
                ),
            ],
            options={
                "verbose_name": "impayé",
                "verbose_name_plural": "impayés",
            },
        ),
        migrations.CreateModel(
            name="Appariement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=8, verbose_name="nature")),
                (
                    "regle",
                    models.CharField(
                        choices=[
                            ("EXACTE", "Même transaction, même montant"),
                            ("REFERENCE", "Même commande, même numéro, même montant"),
                            ("REMISE", "Numéro de remise dans le libellé, même montant"),
                            ("MONTANT", "Même montant, à la date attendue, sans autre candidat"),
                            ("GROUPE", "Plusieurs remises d’un même jour pour une ligne"),
                            ("AGENT", "Choisi par un agent"),
                        ],
                        max_length=9,
                        verbose_name="règle",
                    ),
                ),
                ("matched_at", models.DateTimeField(verbose_name="rapprochées le")),
                (
                    "caisse",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        to="caisses.caisse",
                        verbose_name="caisse",
                    ),
                ),
                (
                    "ligne",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="appariements",
                        to="comptabilite.ligne",
                        verbose_name="ligne d’écriture",
                    ),
                ),
                (
                    "matched_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="par",
                    ),
                ),
                (
                    "plateforme",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="appariement",
                        to="rapprochement.ligneplateforme",
                        verbose_name="ligne de la plateforme",
                    ),
                ),
            ],
            options={
                "verbose_name": "appariement",
                "verbose_name_plural": "appariements",
            },
        ),
        migrations.CreateModel(
            name="MorceauFichier",
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
                    "fichier",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="morceaux",
                        to="rapprochement.fichierreleve",
                    ),
                ),
            ],
            options={
                "verbose_name": "morceau de fichier reçu",
                "verbose_name_plural": "morceaux de fichiers reçus",
            },
        ),
        migrations.CreateModel(
            name="Rapprochement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day_on", models.DateField(verbose_name="jour")),
                ("computed_at", models.DateTimeField(verbose_name="calculé le")),
                ("gateway_cents", models.BigIntegerField(default=0, verbose_name="plateforme")),
                ("ledger_cents", models.BigIntegerField(default=0, verbose_name="journaux")),
                ("bank_cents", models.BigIntegerField(default=0, verbose_name="banque")),
                (
                    "ledger_bank_cents",
                    models.BigIntegerField(default=0, verbose_name="compte de banque"),
                ),
                (
                    "owed_cents",
                    models.BigIntegerField(default=0, verbose_name="encore chez la plateforme"),
                ),
                (
                    "ledger_owed_cents",
                    models.BigIntegerField(default=0, verbose_name="solde de la plateforme"),
                ),
                ("residuals", models.IntegerField(default=0, verbose_name="écarts")),
                ("unexplained", models.IntegerField(default=0, verbose_name="écarts à expliquer")),
                (
                    "unexplained_cents",
                    models.BigIntegerField(default=0, verbose_name="à expliquer"),
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
                "verbose_name": "rapprochement",
                "verbose_name_plural": "rapprochements",
            },
        ),
        migrations.CreateModel(
            name="Releve",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("rank", models.IntegerField(verbose_name="rang")),
                (
                    "sequence",
                    models.IntegerField(blank=True, null=True, verbose_name="numéro du relevé"),
                ),
                ("first_on", models.DateField(verbose_name="du")),
                ("last_on", models.DateField(verbose_name="au")),
                ("opening_cents", models.BigIntegerField(verbose_name="solde de départ")),
                ("closing_cents", models.BigIntegerField(verbose_name="solde d’arrivée")),
                (
                    "caisse",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        to="caisses.caisse",
                        verbose_name="caisse",
                    ),
                ),
                (
                    "compte_bancaire",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="releves",
                        to="rapprochement.comptebancaire",
                        verbose_name="compte bancaire",
                    ),
                ),
                (
                    "fichier",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="releves",
                        to="rapprochement.fichierreleve",
                        verbose_name="fichier",
                    ),
                ),
            ],
            options={
                "verbose_name": "relevé bancaire",
                "verbose_name_plural": "relevés bancaires",
            },
        ),
        migrations.AddField(
            model_name="lignebanque",
            name="releve",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="lignes",
                to="rapprochement.releve",
                verbose_name="relevé",
            ),
        ),
        migrations.CreateModel(
            name="Remise",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=20, verbose_name="numéro")),
                ("remitted_on", models.DateField(verbose_name="remise le")),
                ("operations", models.IntegerField(verbose_name="opérations")),
                ("gross_cents", models.BigIntegerField(verbose_name="brut")),
                ("fee_cents", models.BigIntegerField(verbose_name="frais")),
                ("net_cents", models.BigIntegerField(verbose_name="net")),
                (
                    "boutique",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="payments.boutique",
                        verbose_name="boutique",
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
                    "fichier",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="remises",
                        to="rapprochement.fichierreleve",
                        verbose_name="fichier",
                    ),
                ),
            ],
            options={
                "verbose_name": "remise",
                "verbose_name_plural": "remises",
            },
        ),
        migrations.AddField(
            model_name="ligneplateforme",
            name="remise",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="lignes",
                to="rapprochement.remise",
                verbose_name="remise",
            ),
        ),
        migrations.CreateModel(
            name="RemiseBanque",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("gross_cents", models.BigIntegerField(verbose_name="brut")),
                ("fee_cents", models.BigIntegerField(default=0, verbose_name="frais")),
                (
                    "caisse",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        to="caisses.caisse",
                        verbose_name="caisse",
                    ),
                ),
                (
                    "imputation",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="remises",
                        to="rapprochement.imputation",
                        verbose_name="imputation",
                    ),
                ),
                (
                    "remise",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="banques",
                        to="rapprochement.remise",
                        verbose_name="remise",
                    ),
                ),
            ],
            options={
                "verbose_name": "remise reçue en banque",
                "verbose_name_plural": "remises reçues en banque",
            },
        ),
        migrations.CreateModel(
            name="Residu",
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
                            ("NON_COMPTABILISE", "Chez la plateforme, absent des journaux"),
                            ("INCONNU_PLATEFORME", "Dans les journaux, absent de la plateforme"),
                            ("MONTANT", "Montants différents"),
                            ("EN_CHEMIN", "En chemin vers la banque"),
                            ("EN_RETARD", "Attendu en banque, en retard"),
                            ("BANQUE", "Ligne de banque à identifier"),
                            ("FICHIER_MANQUANT", "Fichier manquant"),
                            ("SOLDE", "Solde qui ne suit pas"),
                        ],
                        max_length=18,
                        verbose_name="nature",
                    ),
                ),
                ("subject", models.CharField(max_length=64, verbose_name="objet")),
                ("amount_cents", models.BigIntegerField(verbose_name="montant")),
                ("since_on", models.DateField(verbose_name="depuis le")),
                ("detail", models.CharField(max_length=300, verbose_name="constat")),
                ("explained", models.BooleanField(default=False, verbose_name="expliqué")),
                (
                    "proposal",
                    models.JSONField(blank=True, default=dict, verbose_name="proposition"),
                ),
                (
                    "anomalie",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="residus",
                        to="comptabilite.anomalie",
                        verbose_name="anomalie",
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
                    "rapprochement",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="residus",
                        to="rapprochement.rapprochement",
                        verbose_name="rapprochement",
                    ),
                ),
            ],
            options={
                "verbose_name": "écart",
                "verbose_name_plural": "écarts",
            },
        ),
        migrations.AddConstraint(
            model_name="comptebancaire",
            constraint=models.UniqueConstraint(
                fields=("caisse", "id"), name="compte_bancaire_by_caisse"
            ),
        ),
        migrations.AddConstraint(
            model_name="comptebancaire",
            constraint=models.UniqueConstraint(fields=("iban",), name="compte_bancaire_once"),
        ),
        migrations.AddConstraint(
            model_name="comptebancaire",
            constraint=models.CheckConstraint(
                condition=models.Q(("iban__regex", "^[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}$")),
                name="compte_bancaire_iban_shape",
            ),
        ),
        migrations.AddConstraint(
            model_name="comptebancaire",
            constraint=models.CheckConstraint(
                condition=models.Q(("transit_days__range", (1, 30))), name="compte_bancaire_transit"
            ),
        ),
        migrations.AddConstraint(
            model_name="fichierreleve",
            constraint=models.UniqueConstraint(fields=("caisse", "id"), name="fichier_by_caisse"),
        ),
        migrations.AddConstraint(
            model_name="fichierreleve",
            constraint=models.UniqueConstraint(
                fields=("caisse", "sha256"), name="inv04_fichier_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="fichierreleve",
            constraint=models.UniqueConstraint(
                condition=models.Q(("boutique__isnull", False)),
                fields=("caisse", "boutique", "kind", "day_on"),
                name="fichier_of_a_day_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="fichierreleve",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("boutique__isnull", True), ("kind__in", ["CFONB120", "CAMT053"])),
                    models.Q(
                        models.Q(("kind__in", ["CFONB120", "CAMT053"]), _negated=True),
                        ("boutique__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="fichier_of_the_gateway_has_a_shop",
            ),
        ),
        migrations.AddConstraint(
            model_name="imputation",
            constraint=models.UniqueConstraint(
                fields=("caisse", "id"), name="imputation_by_caisse"
            ),
        ),
        migrations.AddConstraint(
            model_name="imputation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("regle", "AGENT"), _negated=True),
                    ("imputed_by__isnull", False),
                    _connector="OR",
                ),
                name="imputation_by_an_agent_has_a_name",
            ),
        ),
        migrations.AddConstraint(
            model_name="impaye",
            constraint=models.UniqueConstraint(
                condition=models.Q(("transaction__isnull", False)),
                fields=("transaction",),
                name="inv04_impaye_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="impaye",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_cents__gt", 0)), name="impaye_amount_positive"
            ),
        ),
        migrations.AddConstraint(
            model_name="appariement",
            constraint=models.UniqueConstraint(
                fields=("ligne", "kind"), name="inv21_ledger_line_matched_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="morceaufichier",
            constraint=models.UniqueConstraint(
                fields=("fichier", "rank"), name="morceau_fichier_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="rapprochement",
            constraint=models.UniqueConstraint(
                fields=("caisse", "id"), name="rapprochement_by_caisse"
            ),
        ),
        migrations.AddConstraint(
            model_name="rapprochement",
            constraint=models.UniqueConstraint(
                fields=("caisse", "day_on"), name="rapprochement_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="releve",
            constraint=models.UniqueConstraint(fields=("caisse", "id"), name="releve_by_caisse"),
        ),
        migrations.AddConstraint(
            model_name="releve",
            constraint=models.UniqueConstraint(
                fields=("compte_bancaire", "rank"), name="releve_rank_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="releve",
            constraint=models.CheckConstraint(
                condition=models.Q(("first_on__lte", models.F("last_on")), ("rank__gte", 1)),
                name="releve_period_makes_sense",
            ),
        ),
        migrations.AddIndex(
            model_name="lignebanque",
            index=models.Index(fields=["caisse", "booked_on"], name="ligne_banque_by_day"),
        ),
        migrations.AddConstraint(
            model_name="lignebanque",
            constraint=models.UniqueConstraint(
                fields=("caisse", "id"), name="ligne_banque_by_caisse"
            ),
        ),
        migrations.AddConstraint(
            model_name="lignebanque",
            constraint=models.UniqueConstraint(
                fields=("releve", "rank"), name="ligne_banque_rank_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="lignebanque",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_cents", 0), _negated=True),
                name="ligne_banque_moves_something",
            ),
        ),
        migrations.AddIndex(
            model_name="remise",
            index=models.Index(fields=["caisse", "remitted_on"], name="remise_by_day"),
        ),
        migrations.AddConstraint(
            model_name="remise",
            constraint=models.UniqueConstraint(fields=("caisse", "id"), name="remise_by_caisse"),
        ),
        migrations.AddConstraint(
            model_name="remise",
            constraint=models.UniqueConstraint(
                fields=("boutique", "number", "remitted_on"), name="inv04_remise_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="remise",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "net_cents",
                        django.db.models.expressions.CombinedExpression(
                            models.F("gross_cents"), "-", models.F("fee_cents")
                        ),
                    ),
                    ("fee_cents__gte", 0),
                ),
                name="remise_net_of_fees",
            ),
        ),
        migrations.AddIndex(
            model_name="ligneplateforme",
            index=models.Index(fields=["caisse", "day_on", "kind"], name="ligne_pf_by_day"),
        ),
        migrations.AddIndex(
            model_name="ligneplateforme",
            index=models.Index(fields=["caisse", "transaction_uuid"], name="ligne_pf_by_uuid"),
        ),
        migrations.AddIndex(
            model_name="ligneplateforme",
            index=models.Index(fields=["boutique", "trans_id"], name="ligne_pf_by_trans_id"),
        ),
        migrations.AddConstraint(
            model_name="ligneplateforme",
            constraint=models.UniqueConstraint(fields=("caisse", "id"), name="ligne_pf_by_caisse"),
        ),
        migrations.AddConstraint(
            model_name="ligneplateforme",
            constraint=models.UniqueConstraint(
                fields=("fichier", "rank"), name="ligne_pf_rank_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="remisebanque",
            constraint=models.UniqueConstraint(
                fields=("imputation", "remise"), name="remise_banque_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="residu",
            constraint=models.UniqueConstraint(
                fields=("rapprochement", "kind", "subject"), name="residu_once"
            ),
        ),
    ]
