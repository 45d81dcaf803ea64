"""A line of the work list is settled once, leaves its traces, and may come again as a new line."""

from pathlib import Path

from django.conf import settings
from django.db import migrations, models

from caf_portal.database import row_security as rows

SQL = Path(__file__).parent / "sql"
#: The traces of what was opened and settled before the database wrote them itself. The owner sees
#: rows only while the wall is down for it; the transaction keeps everybody else out.
_TRACES = """
ALTER TABLE comptabilite_anomalie NO FORCE ROW LEVEL SECURITY;
ALTER TABLE comptabilite_traceanomalie NO FORCE ROW LEVEL SECURITY;
INSERT INTO comptabilite_traceanomalie (caisse_id, anomalie_id, at, agent_id, kind, note)
SELECT caisse_id, id, opened_at, NULL, 'OUVERTE', '' FROM comptabilite_anomalie ORDER BY id;
INSERT INTO comptabilite_traceanomalie (caisse_id, anomalie_id, at, agent_id, kind, note)
SELECT caisse_id, id, settled_at, settled_by_id, 'REGLEE', settled_note
  FROM comptabilite_anomalie WHERE settled_at IS NOT NULL ORDER BY id;
ALTER TABLE comptabilite_traceanomalie FORCE ROW LEVEL SECURITY;
ALTER TABLE comptabilite_anomalie FORCE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    """The number of each return, what is unique while it is open, then invariant 23."""

    dependencies = [
        ("comptabilite", "0016_exports_kept"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="anomalie",
            name="occurrence",
            field=models.IntegerField(default=1, verbose_name="fois"),
        ),
        migrations.AlterField(
            model_name="traceanomalie",
            name="kind",
            field=models.CharField(
                choices=[
                    ("OUVERTE", "Ouverte"),
                    ("PRISE", "Prise en charge"),
                    ("RENDUE", "Remise au pot commun"),
                    ("CONFIEE", "Confiée"),
                    ("NOTE", "Note"),
                    ("ACTION", "Action"),
                    ("REGLEE", "Réglée"),
                ],
                max_length=8,
                verbose_name="quoi",
            ),
        ),
        migrations.RemoveConstraint(model_name="anomalie", name="anomalie_once"),
        migrations.AddConstraint(
            model_name="anomalie",
            constraint=models.UniqueConstraint(
                fields=("caisse", "kind", "subject", "occurrence"), name="anomalie_numbered"
            ),
        ),
        migrations.AddConstraint(
            model_name="anomalie",
            constraint=models.UniqueConstraint(
                condition=models.Q(("settled_at__isnull", True)),
                fields=("caisse", "kind", "subject"),
                name="anomalie_open_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="anomalie",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("settled_by__isnull", True),
                    models.Q(("kind", "BANK_LINE"), _negated=True),
                    _connector="OR",
                ),
                name="inv23_anomalie_not_by_words",
            ),
        ),
        migrations.AddIndex(
            model_name="anomalie",
            index=models.Index(
                condition=models.Q(("settled_at__isnull", True)),
                fields=["caisse", "opened_at"],
                name="anomalie_open_by_age",
            ),
        ),
        migrations.RunSQL(_TRACES, migrations.RunSQL.noop),
        rows.sql_file(SQL / "work_list.sql"),
        *rows.pin_search_path("comptabilite_anomalie_guard()", "comptabilite_anomalie_trace()"),
    ]
