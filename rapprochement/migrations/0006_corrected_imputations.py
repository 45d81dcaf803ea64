"""An imputation may be corrected, once: its bank line waits for another one."""

from pathlib import Path

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from caf_portal.database import row_security as rows
from caf_portal.database.scope import APP_ROLE, NATIONAL_ROLE

SQL = Path(__file__).parent / "sql"
COLUMNS = "corrected_at, corrected_by_id, corrected_reason"


class Migration(migrations.Migration):
    """Who corrected it, when and why; one in force a line; what of it may change (invariant 21)."""

    dependencies = [
        ("comptabilite", "0018_numbers_by_index"),
        ("rapprochement", "0005_matches_agree"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="imputation",
            name="corrected_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="corrigée le"),
        ),
        migrations.AddField(
            model_name="imputation",
            name="corrected_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="corrigée par",
            ),
        ),
        migrations.AddField(
            model_name="imputation",
            name="corrected_reason",
            field=models.CharField(
                blank=True, max_length=200, verbose_name="motif de la correction"
            ),
        ),
        migrations.AlterField(
            model_name="imputation",
            name="ligne",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="imputations",
                to="rapprochement.lignebanque",
                verbose_name="ligne de banque",
            ),
        ),
        migrations.AddConstraint(
            model_name="imputation",
            constraint=models.UniqueConstraint(
                condition=models.Q(("corrected_at__isnull", True)),
                fields=("ligne",),
                name="inv21_line_imputed_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="imputation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("corrected_at__isnull", True),
                        ("corrected_by__isnull", True),
                        ("corrected_reason", ""),
                    ),
                    models.Q(
                        ("corrected_at__isnull", False),
                        ("corrected_by__isnull", False),
                        models.Q(("corrected_reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="imputation_corrected_with_a_reason",
            ),
        ),
        migrations.RunSQL(
            f"GRANT UPDATE ({COLUMNS}) ON rapprochement_imputation TO {APP_ROLE}, {NATIONAL_ROLE};",
            f"REVOKE UPDATE ({COLUMNS}) ON rapprochement_imputation "
            f"FROM {APP_ROLE}, {NATIONAL_ROLE};",
        ),
        rows.sql_file(SQL / "corrected_imputations.sql"),
        *rows.pin_search_path("rapprochement_imputation_guard()"),
    ]
