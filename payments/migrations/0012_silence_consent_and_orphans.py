"""When the platform last answered, the person's consent, and refunds of money that nobody expected."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from caf_portal.database.scope import APP_ROLE, NATIONAL_ROLE

_ROLES = f"{APP_ROLE}, {NATIONAL_ROLE}"


class Migration(migrations.Migration):
    """Columns that may stay empty: the version before can still write."""

    dependencies = [
        ("caisses", "0003_search_path"),
        ("payments", "0011_departure_reference"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="payment",
            name="answered_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name="payment",
            name="email_shared",
            field=models.BooleanField(
                db_default=False, default=False, verbose_name="adresse donnée à la plateforme"
            ),
        ),
        migrations.AddField(
            model_name="paymentlink",
            name="payment_order_closed_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="page fermée le"),
        ),
        migrations.AlterField(
            model_name="paymentlink",
            name="payment_order_url",
            field=models.URLField(blank=True, max_length=500, verbose_name="page de la plateforme"),
        ),
        migrations.AlterField(
            model_name="refund",
            name="gateway_id",
            field=models.UUIDField(
                blank=True, null=True, verbose_name="identifiant de la plateforme"
            ),
        ),
        migrations.AlterField(
            model_name="refund",
            name="origin",
            field=models.CharField(
                choices=[("PORTAL", "demandé ici"), ("PLATFORM", "fait chez la plateforme")],
                default="PORTAL",
                max_length=8,
                verbose_name="origine",
            ),
        ),
        migrations.AlterField(
            model_name="refund",
            name="payment",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="refunds",
                to="payments.payment",
                verbose_name="paiement",
            ),
        ),
        migrations.AlterField(
            model_name="transaction",
            name="gateway_status",
            field=models.CharField(max_length=40, verbose_name="état chez la plateforme"),
        ),
        migrations.AlterField(
            model_name="transaction",
            name="uuid",
            field=models.UUIDField(default=uuid.uuid4, verbose_name="identifiant de la plateforme"),
        ),
        migrations.AddConstraint(
            model_name="refund",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("payment__isnull", False), ("origin", "PLATFORM"), _connector="OR"
                ),
                name="refund_of_no_payment_is_the_platforms",
            ),
        ),
        # Written after the row was added, like their neighbours of 0002, 0003 and 0009.
        migrations.RunSQL(
            f"""
            GRANT UPDATE (answered_at) ON payments_payment TO {_ROLES};
            GRANT UPDATE (payment_order_closed_at) ON payments_paymentlink TO {_ROLES};
            """,
            f"""
            REVOKE UPDATE (answered_at) ON payments_payment FROM {_ROLES};
            REVOKE UPDATE (payment_order_closed_at) ON payments_paymentlink FROM {_ROLES};
            """,
        ),
    ]
