"""The queue of facts to publish, filled by triggers, and the calls that a key makes a minute."""

from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

from caf_portal.database import row_security as rows

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    """Facts are noted in their own transaction and published after it (ADR 0012)."""

    dependencies = [
        ("echanges", "0002_row_security"),
        ("allocataires", "0008_life_of_debts_row_security"),
        ("payments", "0012_silence_consent_and_orphans"),
        ("recouvrement", "0002_row_security"),
    ]

    operations = [
        migrations.CreateModel(
            name="FaitSortant",
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
                            ("PAYMENT", "Paiement"),
                            ("REFUND", "Somme rendue"),
                            ("PLAN", "Échéancier"),
                            ("ECHEANCE", "Échéance"),
                            ("STATE", "État d’une dette"),
                            ("DEMANDE", "Demande"),
                            ("MOUVEMENT", "Mouvement"),
                        ],
                        max_length=9,
                        verbose_name="fait",
                    ),
                ),
                ("subject_id", models.BigIntegerField(verbose_name="objet")),
                ("state", models.CharField(blank=True, max_length=16, verbose_name="état")),
                ("source_key", models.CharField(max_length=80, verbose_name="source")),
                ("noted_at", models.DateTimeField(verbose_name="noté le")),
                (
                    "caisse",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="caisses.caisse"
                    ),
                ),
            ],
            options={"verbose_name": "fait à publier", "verbose_name_plural": "faits à publier"},
        ),
        migrations.AddConstraint(
            model_name="faitsortant",
            constraint=models.UniqueConstraint(
                fields=("caisse", "source_key"), name="inv04_fait_noted_once"
            ),
        ),
        migrations.AddField(
            model_name="cleapi",
            name="minute_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name="cleapi",
            name="minute_calls",
            field=models.IntegerField(db_default=0, default=0, editable=False),
        ),
        rows.wall_off("echanges_faitsortant"),
        # Noted and taken away; never changed.
        migrations.RunSQL(
            "REVOKE UPDATE ON echanges_faitsortant FROM caf_app, caf_national;",
            "GRANT UPDATE ON echanges_faitsortant TO caf_app, caf_national;",
        ),
        migrations.RunSQL(
            "GRANT UPDATE (minute_at, minute_calls) ON echanges_cleapi TO caf_app, caf_national;",
            "REVOKE UPDATE (minute_at, minute_calls) ON echanges_cleapi"
            " FROM caf_app, caf_national;",
        ),
        rows.sql_file(SQL / "faits.sql"),
        *rows.pin_search_path("echanges_note_fait()"),
    ]
