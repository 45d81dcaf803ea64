"""An export says what each of its files is, whose it is, and stays as it was given."""

from pathlib import Path

from django.db import migrations, models

from caf_portal.database import row_security as rows
from caf_portal.database.scope import APP_ROLE, NATIONAL_ROLE

SQL = Path(__file__).parent / "sql"
_ROLES = f"{APP_ROLE}, {NATIONAL_ROLE}"


class Migration(migrations.Migration):
    """Columns, then what keeps an export that was given."""

    dependencies = [
        ("comptabilite", "0015_versions_drafted_and_adopted"),
    ]

    operations = [
        migrations.AddField(
            model_name="export",
            name="siren",
            field=models.CharField(default="", max_length=9, verbose_name="SIREN"),
        ),
        migrations.AddField(
            model_name="export",
            name="caisse_label",
            field=models.CharField(default="", max_length=80, verbose_name="nom de la caisse"),
        ),
        migrations.AddField(
            model_name="export",
            name="files",
            field=models.JSONField(default=list, verbose_name="fichiers"),
        ),
        migrations.AddField(
            model_name="export",
            name="compared_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="refait le"),
        ),
        migrations.AddField(
            model_name="export",
            name="compared_same",
            field=models.BooleanField(blank=True, null=True, verbose_name="mêmes octets"),
        ),
        migrations.RunSQL(
            f"GRANT UPDATE (files, compared_at, compared_same) ON comptabilite_export TO {_ROLES};"
            f"REVOKE UPDATE ON comptabilite_morceauexport FROM {_ROLES};",
            f"REVOKE UPDATE (files, compared_at, compared_same) ON comptabilite_export"
            f" FROM {_ROLES};"
            f"GRANT UPDATE ON comptabilite_morceauexport TO {_ROLES};",
        ),
        rows.sql_file(SQL / "exports.sql"),
        *rows.pin_search_path("comptabilite_export_kept()", "comptabilite_morceau_kept()"),
    ]
