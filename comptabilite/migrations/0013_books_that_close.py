"""What a ledger needs to be closed, exported and proved."""

import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Closings, validations, lettrage, exports, versions of schemes, traces of the work list."""

    dependencies = [
        ("caisses", "0003_search_path"),
        ("comptabilite", "0012_settled_by_what_followed"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Cloture",
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
                ("first_on", models.DateField(verbose_name="du")),
                ("last_on", models.DateField(verbose_name="au")),
                ("closed_at", models.DateTimeField(verbose_name="clôturée le")),
                ("ecritures", models.IntegerField(default=0, verbose_name="écritures")),
                ("debit_cents", models.BigIntegerField(default=0, verbose_name="total")),
                (
                    "residual_cents",
                    models.BigIntegerField(default=0, verbose_name="écart expliqué"),
                ),
                ("proof", models.JSONField(default=dict, verbose_name="preuve")),
            ],
            options={
                "verbose_name": "clôture",
                "verbose_name_plural": "clôtures",
            },
        ),
        migrations.CreateModel(
            name="CompteSchema",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("label", models.CharField(max_length=100, verbose_name="libellé")),
                (
                    "auxiliaire",
                    models.CharField(
                        choices=[
                            ("AUCUN", "Aucun"),
                            ("PERSONNE", "Le numéro de la personne"),
                            ("CREANCE", "La dette : numéro de la personne, nature et rang"),
                        ],
                        default="CREANCE",
                        max_length=8,
                        verbose_name="compte auxiliaire",
                    ),
                ),
            ],
            options={
                "verbose_name": "compte d’un schéma",
                "verbose_name_plural": "comptes d’un schéma",
            },
        ),
        migrations.CreateModel(
            name="Export",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "format",
                    models.CharField(
                        choices=[
                            ("FEC", "FEC (fichier des écritures comptables)"),
                            ("CSV", "CSV, pour un tableur"),
                            ("JSONL", "JSON, pour un logiciel"),
                        ],
                        max_length=5,
                        verbose_name="format",
                    ),
                ),
                (
                    "format_version",
                    models.SmallIntegerField(default=1, verbose_name="version du format"),
                ),
                ("first_on", models.DateField(verbose_name="du")),
                ("last_on", models.DateField(verbose_name="au")),
                ("as_of", models.DateTimeField(verbose_name="arrêté au")),
                (
                    "encoding",
                    models.CharField(default="utf-8", max_length=12, verbose_name="encodage"),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("DEMANDE", "Demandé"),
                            ("EN_COURS", "En cours"),
                            ("PRET", "Prêt"),
                            ("ECHEC", "Échec"),
                        ],
                        default="DEMANDE",
                        max_length=8,
                        verbose_name="état",
                    ),
                ),
                ("done_lines", models.BigIntegerField(default=0, verbose_name="lignes écrites")),
                ("total_lines", models.BigIntegerField(default=0, verbose_name="lignes à écrire")),
                ("filename", models.CharField(blank=True, max_length=120, verbose_name="fichier")),
                ("size_bytes", models.BigIntegerField(default=0, verbose_name="taille")),
                ("sha256", models.CharField(blank=True, max_length=64, verbose_name="empreinte")),
                (
                    "failure",
                    models.CharField(blank=True, max_length=300, verbose_name="raison de l’échec"),
                ),
                ("asked_at", models.DateTimeField(verbose_name="demandé le")),
                (
                    "finished_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="terminé le"),
                ),
            ],
            options={
                "verbose_name": "export comptable",
                "verbose_name_plural": "exports comptables",
            },
        ),
        migrations.CreateModel(
            name="JournalSchema",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("label", models.CharField(max_length=100, verbose_name="libellé")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("ENCAISSEMENT", "Encaissements en ligne"),
                            ("BANQUE", "Banque"),
                            ("PRESTATIONS", "Créances et retenues"),
                            ("DIVERS", "Opérations diverses"),
                        ],
                        max_length=12,
                        verbose_name="genre",
                    ),
                ),
            ],
            options={
                "verbose_name": "journal d’un schéma",
                "verbose_name_plural": "journaux d’un schéma",
            },
        ),
        migrations.CreateModel(
            name="Lettrage",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("rank", models.IntegerField(verbose_name="rang")),
                ("code", models.CharField(max_length=8, verbose_name="lettre")),
                ("lettered_on", models.DateField(verbose_name="lettré le")),
                ("lettered_at", models.DateTimeField(verbose_name="lettré à")),
                ("reason", models.CharField(max_length=120, verbose_name="motif")),
                (
                    "undone_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="délettré à"),
                ),
                (
                    "undone_reason",
                    models.CharField(
                        blank=True, max_length=120, verbose_name="motif du délettrage"
                    ),
                ),
            ],
            options={
                "verbose_name": "lettrage",
                "verbose_name_plural": "lettrages",
            },
        ),
        migrations.CreateModel(
            name="LigneLettree",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("live", models.BooleanField(default=True, verbose_name="en vigueur")),
            ],
            options={
                "verbose_name": "ligne lettrée",
                "verbose_name_plural": "lignes lettrées",
            },
        ),
        migrations.CreateModel(
            name="MorceauExport",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "part",
                    models.CharField(
                        choices=[
                            ("FICHIER", "Fichier"),
                            ("SCELLES", "Scellés"),
                            ("DESCRIPTION", "Description"),
                        ],
                        max_length=11,
                    ),
                ),
                ("rank", models.IntegerField()),
                ("content", models.BinaryField()),
            ],
            options={
                "verbose_name": "morceau d’export",
                "verbose_name_plural": "morceaux d’export",
            },
        ),
        migrations.CreateModel(
            name="NoteLigne",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="le")),
                ("text", models.TextField(max_length=1000, verbose_name="note")),
            ],
            options={
                "verbose_name": "note sur une ligne",
                "verbose_name_plural": "notes sur des lignes",
            },
        ),
        migrations.CreateModel(
            name="TraceAnomalie",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="le")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("PRISE", "Prise en charge"),
                            ("RENDUE", "Remise au pot commun"),
                            ("NOTE", "Note"),
                            ("ACTION", "Action"),
                            ("REGLEE", "Réglée"),
                        ],
                        max_length=8,
                        verbose_name="quoi",
                    ),
                ),
                ("note", models.TextField(blank=True, max_length=1000, verbose_name="note")),
            ],
            options={
                "verbose_name": "trace d’anomalie",
                "verbose_name_plural": "traces d’anomalies",
            },
        ),
        migrations.CreateModel(
            name="Validation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("exercice", models.SmallIntegerField(verbose_name="exercice")),
                ("number", models.IntegerField(verbose_name="numéro")),
                ("validated_on", models.DateField(verbose_name="validée le")),
                ("validated_at", models.DateTimeField(verbose_name="validée à")),
                (
                    "previous_hash",
                    models.CharField(max_length=64, verbose_name="empreinte précédente"),
                ),
                ("hash", models.CharField(max_length=64, verbose_name="empreinte")),
            ],
            options={
                "verbose_name": "validation",
                "verbose_name_plural": "validations",
            },
        ),
        migrations.RemoveConstraint(
            model_name="schemacomptable",
            name="schema_date_once",
        ),
        migrations.AddField(
            model_name="anomalie",
            name="owner",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="suivie par",
            ),
        ),
        # Nothing was late before days could be closed: the fact's day was the accounting date. A
        # change of type writes rows that no UPDATE may touch and that row security hides.
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    "ALTER TABLE comptabilite_ecriture ADD COLUMN origin_on date;"
                    "ALTER TABLE comptabilite_ecriture"
                    " ALTER COLUMN origin_on TYPE date USING accounting_on;"
                    "ALTER TABLE comptabilite_ecriture ALTER COLUMN origin_on SET NOT NULL;",
                    "ALTER TABLE comptabilite_ecriture DROP COLUMN origin_on;",
                )
            ],
            state_operations=[
                migrations.AddField(
                    model_name="ecriture",
                    name="origin_on",
                    field=models.DateField(verbose_name="date du fait"),
                ),
            ],
        ),
        migrations.AddField(
            model_name="ecriture",
            name="reason",
            field=models.CharField(blank=True, max_length=200, verbose_name="motif"),
        ),
        migrations.AddField(
            model_name="journal",
            name="kind",
            field=models.CharField(
                choices=[
                    ("ENCAISSEMENT", "Encaissements en ligne"),
                    ("BANQUE", "Banque"),
                    ("PRESTATIONS", "Créances et retenues"),
                    ("DIVERS", "Opérations diverses"),
                ],
                default="DIVERS",
                max_length=12,
                verbose_name="genre",
            ),
        ),
        migrations.AddField(
            model_name="schemacomptable",
            name="adopted_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="adopté le"),
        ),
        migrations.AddField(
            model_name="schemacomptable",
            name="adopted_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="adopté par",
            ),
        ),
        migrations.AddField(
            model_name="schemacomptable",
            name="booked_elsewhere",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("CARD_PAYMENT", "Paiement par carte d’une créance"),
                        ("UNIDENTIFIED_RECEIPT", "Encaissement à identifier"),
                        ("CARD_REFUND", "Somme rendue sur une créance"),
                        ("SUSPENSE_REFUND", "Somme à identifier rendue"),
                        ("SUSPENSE_TO_DEBT", "Somme à identifier affectée à une créance"),
                        ("REMISSION", "Remise de dette accordée"),
                        ("DEBT_SENT", "Créance partie vers une autre caisse"),
                        ("DEBT_RECEIVED", "Créance venue d’une autre caisse"),
                        ("RECEIPT_SENT", "Encaissement transmis à une autre caisse"),
                        ("RECEIPT_RECEIVED", "Encaissement reçu par une autre caisse"),
                        ("CHARGEBACK", "Impayé : paiement d’une créance repris par la banque"),
                        ("CHARGEBACK_SUSPENSE", "Impayé : somme à identifier reprise"),
                        ("REMITTANCE", "Remise de la plateforme reçue en banque"),
                        ("REMITTANCE_FEE", "Frais retenus sur une remise"),
                        ("BANK_WITHDRAWAL", "Reprise de la plateforme débitée en banque"),
                        ("BANK_WITHDRAWAL_FEE", "Frais d’une reprise de la plateforme"),
                        ("BANK_FEE", "Frais débités en banque"),
                        ("BANK_RECEIPT", "Somme reçue en banque, à identifier"),
                        ("BANK_PAYMENT", "Somme débitée en banque, à identifier"),
                        ("BANK_OUTSIDE_IN", "Somme reçue en banque, étrangère au portail"),
                        ("BANK_OUTSIDE_OUT", "Somme débitée en banque, étrangère au portail"),
                        ("GAP_LOSS", "Écart de règlement en moins"),
                        ("GAP_GAIN", "Écart de règlement en plus"),
                        ("DEBT_ESTABLISHED", "Créance constatée"),
                        ("DEBT_RAISED", "Créance augmentée"),
                        ("DEBT_LOWERED", "Créance annulée ou diminuée"),
                        ("WITHHOLDING", "Retenue sur prestations"),
                        ("CHEQUE", "Chèque"),
                        ("TRANSFER", "Virement"),
                        ("DIRECT_DEBIT", "Prélèvement"),
                        ("CASH", "Espèces"),
                        ("OTHER_RECEIPT", "Encaissement par un autre service en ligne"),
                        ("OTHER_REFUND", "Somme rendue par un autre service"),
                        ("UNPAID", "Rejet d’un encaissement hors du portail"),
                        ("SMALL_AMOUNT", "Petit montant abandonné"),
                        ("DEBT_ERASED", "Créance effacée (surendettement)"),
                        ("WRITE_OFF", "Admission en non-valeur"),
                        ("TRANSFERRED", "Créance transférée à un autre organisme"),
                    ],
                    max_length=24,
                ),
                blank=True,
                default=list,
                size=None,
                verbose_name="événements écrits par le logiciel de la caisse",
            ),
        ),
        migrations.AddField(
            model_name="schemacomptable",
            name="drafted_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="rédigé le"),
        ),
        migrations.AddField(
            model_name="schemacomptable",
            name="drafted_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="rédigé par",
            ),
        ),
        migrations.AddField(
            model_name="schemacomptable",
            name="remittance_mode",
            field=models.CharField(
                choices=[
                    ("NETTE", "Nette : frais déduits de chaque remise"),
                    ("BRUTE", "Brute : frais débités à part"),
                ],
                default="NETTE",
                max_length=5,
                verbose_name="remises de la plateforme",
            ),
        ),
        migrations.AddField(
            model_name="schemacomptable",
            name="status",
            field=models.CharField(
                choices=[("BROUILLON", "Brouillon"), ("ADOPTE", "Adopté")],
                default="ADOPTE",
                max_length=9,
                verbose_name="état",
            ),
        ),
        migrations.AlterField(
            model_name="anomalie",
            name="kind",
            field=models.CharField(
                choices=[
                    ("AMOUNT_MISMATCH", "Montant différent de celui demandé"),
                    ("CURRENCY_MISMATCH", "Devise différente de celle demandée"),
                    ("UNKNOWN_ORDER", "Paiement d’une commande inconnue"),
                    ("SECOND_PAYMENT", "Second encaissement pour le même paiement"),
                    ("SURPLUS", "Trop-perçu : la dette avait diminué entre-temps"),
                    ("DOUBLE_COLLECTION", "Paiement et retenue le même mois sur la même dette"),
                    ("MUTATION_TO_FINISH", "Dette partie vers une autre caisse à rapprocher"),
                    ("EXCHANGE_FAILED", "Échange avec le logiciel de la caisse à reprendre"),
                    ("DEBT_MOVED", "Paiement reçu sur une dette qui n’était plus à payer ici"),
                    ("UNANSWERED", "Paiement resté sans réponse de la plateforme"),
                    ("UNKNOWN_STATUS", "Réponse inconnue de la plateforme"),
                    ("NOT_COLLECTED", "Paiement enregistré que la banque n’a pas remis"),
                    ("REMITTANCE_SUSPENDED", "Paiement enregistré dont la remise est suspendue"),
                    ("BACK_OFFICE_OPERATION", "Opération faite chez la plateforme"),
                    ("REFUND_FAILED", "Remboursement refusé par la plateforme"),
                    ("REFUSED_INSTALMENT", "Échéance refusée par la banque"),
                    ("OVERDUE_INSTALMENT", "Échéance non payée à sa date"),
                    ("UNKNOWN_INSTALMENT", "Encaissement qui ne correspond à aucune échéance"),
                    ("UNREADABLE_NOTIFICATION", "Notification illisible"),
                    ("SHOP_DRIFT", "Réglage d’une boutique à vérifier"),
                    ("LOST_NOTIFICATION", "Paiement de la plateforme inconnu du portail"),
                    ("CHARGEBACK", "Impayé : la banque a repris un paiement"),
                    ("MISSING_FILE", "Fichier du jour manquant"),
                    ("FILE_REFUSED", "Fichier reçu et refusé"),
                    ("BANK_LINE", "Ligne de banque à identifier"),
                    ("RESIDUAL", "Écart d’une journée à expliquer"),
                    ("LEDGER_RULE_MISSING", "Événement que le schéma comptable ne prévoit pas"),
                    ("INVARIANT", "Contrôle nocturne : une règle n’est pas respectée"),
                ],
                max_length=24,
                verbose_name="nature",
            ),
        ),
        migrations.AlterField(
            model_name="ecriture",
            name="event",
            field=models.CharField(
                choices=[
                    ("CARD_PAYMENT", "Paiement par carte d’une créance"),
                    ("UNIDENTIFIED_RECEIPT", "Encaissement à identifier"),
                    ("CARD_REFUND", "Somme rendue sur une créance"),
                    ("SUSPENSE_REFUND", "Somme à identifier rendue"),
                    ("SUSPENSE_TO_DEBT", "Somme à identifier affectée à une créance"),
                    ("REMISSION", "Remise de dette accordée"),
                    ("DEBT_SENT", "Créance partie vers une autre caisse"),
                    ("DEBT_RECEIVED", "Créance venue d’une autre caisse"),
                    ("RECEIPT_SENT", "Encaissement transmis à une autre caisse"),
                    ("RECEIPT_RECEIVED", "Encaissement reçu par une autre caisse"),
                    ("CHARGEBACK", "Impayé : paiement d’une créance repris par la banque"),
                    ("CHARGEBACK_SUSPENSE", "Impayé : somme à identifier reprise"),
                    ("REMITTANCE", "Remise de la plateforme reçue en banque"),
                    ("REMITTANCE_FEE", "Frais retenus sur une remise"),
                    ("BANK_WITHDRAWAL", "Reprise de la plateforme débitée en banque"),
                    ("BANK_WITHDRAWAL_FEE", "Frais d’une reprise de la plateforme"),
                    ("BANK_FEE", "Frais débités en banque"),
                    ("BANK_RECEIPT", "Somme reçue en banque, à identifier"),
                    ("BANK_PAYMENT", "Somme débitée en banque, à identifier"),
                    ("BANK_OUTSIDE_IN", "Somme reçue en banque, étrangère au portail"),
                    ("BANK_OUTSIDE_OUT", "Somme débitée en banque, étrangère au portail"),
                    ("GAP_LOSS", "Écart de règlement en moins"),
                    ("GAP_GAIN", "Écart de règlement en plus"),
                    ("DEBT_ESTABLISHED", "Créance constatée"),
                    ("DEBT_RAISED", "Créance augmentée"),
                    ("DEBT_LOWERED", "Créance annulée ou diminuée"),
                    ("WITHHOLDING", "Retenue sur prestations"),
                    ("CHEQUE", "Chèque"),
                    ("TRANSFER", "Virement"),
                    ("DIRECT_DEBIT", "Prélèvement"),
                    ("CASH", "Espèces"),
                    ("OTHER_RECEIPT", "Encaissement par un autre service en ligne"),
                    ("OTHER_REFUND", "Somme rendue par un autre service"),
                    ("UNPAID", "Rejet d’un encaissement hors du portail"),
                    ("SMALL_AMOUNT", "Petit montant abandonné"),
                    ("DEBT_ERASED", "Créance effacée (surendettement)"),
                    ("WRITE_OFF", "Admission en non-valeur"),
                    ("TRANSFERRED", "Créance transférée à un autre organisme"),
                ],
                max_length=24,
                verbose_name="événement",
            ),
        ),
        migrations.AlterField(
            model_name="reglecomptable",
            name="event",
            field=models.CharField(
                choices=[
                    ("CARD_PAYMENT", "Paiement par carte d’une créance"),
                    ("UNIDENTIFIED_RECEIPT", "Encaissement à identifier"),
                    ("CARD_REFUND", "Somme rendue sur une créance"),
                    ("SUSPENSE_REFUND", "Somme à identifier rendue"),
                    ("SUSPENSE_TO_DEBT", "Somme à identifier affectée à une créance"),
                    ("REMISSION", "Remise de dette accordée"),
                    ("DEBT_SENT", "Créance partie vers une autre caisse"),
                    ("DEBT_RECEIVED", "Créance venue d’une autre caisse"),
                    ("RECEIPT_SENT", "Encaissement transmis à une autre caisse"),
                    ("RECEIPT_RECEIVED", "Encaissement reçu par une autre caisse"),
                    ("CHARGEBACK", "Impayé : paiement d’une créance repris par la banque"),
                    ("CHARGEBACK_SUSPENSE", "Impayé : somme à identifier reprise"),
                    ("REMITTANCE", "Remise de la plateforme reçue en banque"),
                    ("REMITTANCE_FEE", "Frais retenus sur une remise"),
                    ("BANK_WITHDRAWAL", "Reprise de la plateforme débitée en banque"),
                    ("BANK_WITHDRAWAL_FEE", "Frais d’une reprise de la plateforme"),
                    ("BANK_FEE", "Frais débités en banque"),
                    ("BANK_RECEIPT", "Somme reçue en banque, à identifier"),
                    ("BANK_PAYMENT", "Somme débitée en banque, à identifier"),
                    ("BANK_OUTSIDE_IN", "Somme reçue en banque, étrangère au portail"),
                    ("BANK_OUTSIDE_OUT", "Somme débitée en banque, étrangère au portail"),
                    ("GAP_LOSS", "Écart de règlement en moins"),
                    ("GAP_GAIN", "Écart de règlement en plus"),
                    ("DEBT_ESTABLISHED", "Créance constatée"),
                    ("DEBT_RAISED", "Créance augmentée"),
                    ("DEBT_LOWERED", "Créance annulée ou diminuée"),
                    ("WITHHOLDING", "Retenue sur prestations"),
                    ("CHEQUE", "Chèque"),
                    ("TRANSFER", "Virement"),
                    ("DIRECT_DEBIT", "Prélèvement"),
                    ("CASH", "Espèces"),
                    ("OTHER_RECEIPT", "Encaissement par un autre service en ligne"),
                    ("OTHER_REFUND", "Somme rendue par un autre service"),
                    ("UNPAID", "Rejet d’un encaissement hors du portail"),
                    ("SMALL_AMOUNT", "Petit montant abandonné"),
                    ("DEBT_ERASED", "Créance effacée (surendettement)"),
                    ("WRITE_OFF", "Admission en non-valeur"),
                    ("TRANSFERRED", "Créance transférée à un autre organisme"),
                ],
                max_length=24,
                verbose_name="événement",
            ),
        ),
        migrations.AddIndex(
            model_name="ecriture",
            index=models.Index(fields=["caisse", "origin_on"], name="ecriture_by_origin"),
        ),
        migrations.AddIndex(
            model_name="ligne",
            index=models.Index(fields=["caisse", "compte", "ecriture"], name="ligne_by_compte"),
        ),
        migrations.AddConstraint(
            model_name="anomalie",
            constraint=models.UniqueConstraint(fields=("caisse", "id"), name="anomalie_by_caisse"),
        ),
        migrations.AddConstraint(
            model_name="ecriture",
            constraint=models.CheckConstraint(
                condition=models.Q(("accounting_on__gte", models.F("origin_on"))),
                name="ecriture_never_before_its_fact",
            ),
        ),
        migrations.AddConstraint(
            model_name="ecriture",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("reverses__isnull", True),
                    models.Q(("reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="inv01_reversal_has_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="journal",
            constraint=models.CheckConstraint(
                condition=models.Q(("code__regex", "^[A-Z0-9]{2,6}$")), name="journal_code_plain"
            ),
        ),
        migrations.AddConstraint(
            model_name="ligne",
            constraint=models.UniqueConstraint(fields=("caisse", "id"), name="ligne_by_caisse"),
        ),
        migrations.AddConstraint(
            model_name="schemacomptable",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status", "ADOPTE")),
                fields=("caisse", "effective_on"),
                name="schema_date_once",
            ),
        ),
        migrations.AddField(
            model_name="cloture",
            name="caisse",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                to="caisses.caisse",
                verbose_name="caisse",
            ),
        ),
        migrations.AddField(
            model_name="cloture",
            name="closed_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="clôturée par",
            ),
        ),
        migrations.AddField(
            model_name="compteschema",
            name="caisse",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                to="caisses.caisse",
                verbose_name="caisse",
            ),
        ),
        migrations.AddField(
            model_name="compteschema",
            name="compte",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="comptabilite.compte",
                verbose_name="compte",
            ),
        ),
        migrations.AddField(
            model_name="compteschema",
            name="schema",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="comptes",
                to="comptabilite.schemacomptable",
                verbose_name="schéma",
            ),
        ),
        migrations.AddField(
            model_name="export",
            name="asked_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="demandé par",
            ),
        ),
        migrations.AddField(
            model_name="export",
            name="caisse",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                to="caisses.caisse",
                verbose_name="caisse",
            ),
        ),
        migrations.AddField(
            model_name="export",
            name="journal",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="comptabilite.journal",
                verbose_name="journal",
            ),
        ),
        migrations.AddField(
            model_name="journalschema",
            name="caisse",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                to="caisses.caisse",
                verbose_name="caisse",
            ),
        ),
        migrations.AddField(
            model_name="journalschema",
            name="journal",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="comptabilite.journal",
                verbose_name="journal",
            ),
        ),
        migrations.AddField(
            model_name="journalschema",
            name="schema",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="journaux",
                to="comptabilite.schemacomptable",
                verbose_name="schéma",
            ),
        ),
        migrations.AddField(
            model_name="lettrage",
            name="caisse",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                to="caisses.caisse",
                verbose_name="caisse",
            ),
        ),
        migrations.AddField(
            model_name="lettrage",
            name="compte",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="lettrages",
                to="comptabilite.compte",
                verbose_name="compte",
            ),
        ),
        migrations.AddField(
            model_name="lignelettree",
            name="caisse",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                to="caisses.caisse",
                verbose_name="caisse",
            ),
        ),
        migrations.AddField(
            model_name="lignelettree",
            name="lettrage",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="lignes",
                to="comptabilite.lettrage",
                verbose_name="lettrage",
            ),
        ),
        migrations.AddField(
            model_name="lignelettree",
            name="ligne",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="lettrages",
                to="comptabilite.ligne",
                verbose_name="ligne",
            ),
        ),
        migrations.AddField(
            model_name="morceauexport",
            name="caisse",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, to="caisses.caisse"
            ),
        ),
        migrations.AddField(
            model_name="morceauexport",
            name="export",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="morceaux",
                to="comptabilite.export",
            ),
        ),
        migrations.AddField(
            model_name="noteligne",
            name="agent",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="par",
            ),
        ),
        migrations.AddField(
            model_name="noteligne",
            name="caisse",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                to="caisses.caisse",
                verbose_name="caisse",
            ),
        ),
        migrations.AddField(
            model_name="noteligne",
            name="ligne",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="notes",
                to="comptabilite.ligne",
                verbose_name="ligne",
            ),
        ),
        migrations.AddField(
            model_name="traceanomalie",
            name="agent",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="par",
            ),
        ),
        migrations.AddField(
            model_name="traceanomalie",
            name="anomalie",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="traces",
                to="comptabilite.anomalie",
                verbose_name="anomalie",
            ),
        ),
        migrations.AddField(
            model_name="traceanomalie",
            name="caisse",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                to="caisses.caisse",
                verbose_name="caisse",
            ),
        ),
        migrations.AddField(
            model_name="validation",
            name="caisse",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                to="caisses.caisse",
                verbose_name="caisse",
            ),
        ),
        migrations.AddField(
            model_name="validation",
            name="cloture",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="validations",
                to="comptabilite.cloture",
                verbose_name="clôture",
            ),
        ),
        migrations.AddField(
            model_name="validation",
            name="ecriture",
            field=models.OneToOneField(
                db_constraint=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="validation",
                to="comptabilite.ecriture",
                verbose_name="écriture",
            ),
        ),
        migrations.AddField(
            model_name="validation",
            name="journal",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="comptabilite.journal",
                verbose_name="journal",
            ),
        ),
        migrations.AddConstraint(
            model_name="cloture",
            constraint=models.UniqueConstraint(fields=("caisse", "id"), name="cloture_by_caisse"),
        ),
        migrations.AddConstraint(
            model_name="cloture",
            constraint=models.UniqueConstraint(
                fields=("caisse", "periode", "last_on"), name="inv17_closed_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="cloture",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("first_on__lte", models.F("last_on")),
                    models.Q(
                        models.Q(("periode", "JOUR"), _negated=True),
                        ("first_on", models.F("last_on")),
                        _connector="OR",
                    ),
                ),
                name="cloture_period_makes_sense",
            ),
        ),
        migrations.AddConstraint(
            model_name="compteschema",
            constraint=models.UniqueConstraint(
                fields=("schema", "compte"), name="compte_schema_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="export",
            constraint=models.UniqueConstraint(fields=("caisse", "id"), name="export_by_caisse"),
        ),
        migrations.AddConstraint(
            model_name="export",
            constraint=models.CheckConstraint(
                condition=models.Q(("first_on__lte", models.F("last_on"))),
                name="export_period_makes_sense",
            ),
        ),
        migrations.AddConstraint(
            model_name="export",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "PRET"), _negated=True),
                    models.Q(("sha256", ""), _negated=True),
                    _connector="OR",
                ),
                name="export_ready_with_its_hash",
            ),
        ),
        migrations.AddConstraint(
            model_name="export",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "ECHEC"), _negated=True),
                    models.Q(("failure", ""), _negated=True),
                    _connector="OR",
                ),
                name="export_failed_with_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="journalschema",
            constraint=models.UniqueConstraint(
                fields=("schema", "journal"), name="journal_schema_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="lettrage",
            constraint=models.UniqueConstraint(fields=("caisse", "id"), name="lettrage_by_caisse"),
        ),
        migrations.AddConstraint(
            model_name="lettrage",
            constraint=models.UniqueConstraint(
                fields=("caisse", "compte", "rank"), name="lettrage_rank_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="lettrage",
            constraint=models.UniqueConstraint(
                fields=("caisse", "compte", "code"), name="lettrage_code_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="lettrage",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("undone_at__isnull", True),
                    models.Q(("undone_reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="lettrage_undone_with_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="lignelettree",
            constraint=models.UniqueConstraint(
                condition=models.Q(("live", True)),
                fields=("ligne",),
                name="inv18_ligne_lettered_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="lignelettree",
            constraint=models.UniqueConstraint(
                fields=("lettrage", "ligne"), name="ligne_in_a_lettrage_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="morceauexport",
            constraint=models.UniqueConstraint(
                fields=("export", "part", "rank"), name="morceau_export_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="validation",
            constraint=models.UniqueConstraint(
                fields=("caisse", "journal", "exercice", "number"), name="inv11_number_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="validation",
            constraint=models.UniqueConstraint(
                fields=("caisse", "journal", "previous_hash"), name="inv12_chain_never_forks"
            ),
        ),
        migrations.AddConstraint(
            model_name="validation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("number__gte", 1),
                    ("hash__regex", "^[0-9a-f]{64}$"),
                    ("previous_hash__regex", "^[0-9a-f]{64}$"),
                ),
                name="validation_well_formed",
            ),
        ),
    ]
