"""What the gateway calls a departure: a column written once, after the gateway was asked."""

from pathlib import Path

from django.db import migrations, models

from caf_portal.database import row_security as rows
from caf_portal.database.scope import APP_ROLE, NATIONAL_ROLE

SQL = Path(__file__).parent / "sql"
_ROLES = f"{APP_ROLE}, {NATIONAL_ROLE}"


class Migration(migrations.Migration):
    """For gateways that can be asked about their own references only."""

    dependencies = [
        ("payments", "0010_one_payment_for_a_plan"),
    ]

    operations = [
        migrations.AddField(
            model_name="redirection",
            name="gateway_reference",
            field=models.CharField(
                blank=True,
                default="",
                editable=False,
                max_length=64,
                verbose_name="référence chez la plateforme",
            ),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            model_name="redirection",
            constraint=models.UniqueConstraint(
                condition=models.Q(("gateway_reference", ""), _negated=True),
                fields=("boutique", "gateway_reference"),
                name="redirection_reference_once",
            ),
        ),
        migrations.RunSQL(
            f"GRANT UPDATE (gateway_reference) ON payments_redirection TO {_ROLES};",
            f"REVOKE UPDATE (gateway_reference) ON payments_redirection FROM {_ROLES};",
        ),
        rows.sql_file(SQL / "departures.sql"),
    ]
