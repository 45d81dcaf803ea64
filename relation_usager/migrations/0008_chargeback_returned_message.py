"""A message for a payment that the bank gave back."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """One more kind of message."""

    dependencies = [
        ("relation_usager", "0007_charged_back_message"),
    ]

    operations = [
        migrations.AlterField(
            model_name="message",
            name="kind",
            field=models.CharField(
                choices=[
                    ("PAYMENT_BOOKED", "Paiement enregistré"),
                    ("PAYMENT_HELD", "Paiement en cours de vérification"),
                    ("PAYMENT_LINK", "Lien de paiement"),
                    ("INSTALMENT_BOOKED", "Échéance payée"),
                    ("INSTALMENT_REFUSED", "Échéance refusée"),
                    ("PLAN_STOPPED", "Échéancier arrêté"),
                    ("REFUND_DONE", "Somme rendue"),
                    ("PAYMENT_CANCELLED", "Paiement annulé ou réduit"),
                    ("CHARGED_BACK", "Paiement repris par la banque"),
                    ("CHARGEBACK_RETURNED", "Paiement de nouveau versé par la banque"),
                    ("DEBT_NOTIFIED", "Nouvelle dette à consulter"),
                    ("DEBT_SETTLED", "Dette soldée, quittance disponible"),
                    ("DEBT_MOVED", "Dette suivie par une autre caisse"),
                    ("DEMANDE_FILED", "Demande reçue"),
                    ("DEMANDE_DECIDED", "Réponse à une demande"),
                    ("RECOVERY_RESUMES", "Reprise du remboursement"),
                    ("PLAN_AGREED", "Échéancier enregistré"),
                    ("PLAN_DECIDED", "Réponse à une demande d’échéancier"),
                    ("PLAN_CHANGED", "Échéancier modifié"),
                    ("DUE_REMINDER", "Rappel d’échéance"),
                    ("SURPLUS_SEEN", "Trop-perçu : à vous de choisir"),
                    ("SURPLUS_PLACED", "Trop-perçu : choix enregistré"),
                ],
                max_length=20,
                verbose_name="type",
            ),
        ),
    ]
