"""A due that nobody paid on its day is a line of the work list."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("comptabilite", "0010_debts_that_move"),
    ]

    operations = [
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
                    ("INVARIANT", "Contrôle nocturne : une règle n’est pas respectée"),
                ],
                max_length=24,
                verbose_name="nature",
            ),
        ),
    ]
