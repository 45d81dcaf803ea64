from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("allocataires", "0006_echeance_settled_once"),
        ("caisses", "0002_row_security"),
        ("payments", "0008_person_cause"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="paymentlink",
            name="payment_order_id",
            field=models.CharField(blank=True, max_length=64, verbose_name="ordre de paiement"),
        ),
        migrations.AddField(
            model_name="paymentlink",
            name="payment_order_reference",
            field=models.CharField(blank=True, max_length=32, verbose_name="référence du paiement"),
        ),
        migrations.AddField(
            model_name="paymentlink",
            name="payment_order_url",
            field=models.URLField(blank=True, max_length=500, verbose_name="page de PayZen"),
        ),
        migrations.AddField(
            model_name="transaction",
            name="refusal_code",
            field=models.CharField(blank=True, max_length=40, verbose_name="code de refus"),
        ),
        migrations.AddField(
            model_name="transaction",
            name="stage",
            field=models.SmallIntegerField(default=0, verbose_name="avancement"),
        ),
        migrations.AddConstraint(
            model_name="paymentlink",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("payment_order_id", ""), ("payment_order_url", "")),
                    models.Q(
                        models.Q(("payment_order_url", ""), _negated=True),
                        models.Q(("payment_order_reference", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="link_order_has_its_page",
            ),
        ),
        # The columns that the web and the workers may write afterwards, beside those of 0002 and 0004.
        migrations.RunSQL(
            """
            GRANT UPDATE (stage, refusal_code) ON payments_transaction TO caf_app, caf_national;
            GRANT UPDATE (payment_order_id, payment_order_url, payment_order_reference)
                ON payments_paymentlink TO caf_app, caf_national;
            """,
            """
            REVOKE UPDATE (stage, refusal_code) ON payments_transaction FROM caf_app, caf_national;
            REVOKE UPDATE (payment_order_id, payment_order_url, payment_order_reference)
                ON payments_paymentlink FROM caf_app, caf_national;
            """,
        ),
    ]
