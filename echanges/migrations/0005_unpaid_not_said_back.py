"""An unpaid cheque comes from the fund's own file: it is not said back to it."""

from django.db import migrations

_TRIGGER = """
DROP TRIGGER fait_of_mouvement ON allocataires_mouvement;
CREATE TRIGGER fait_of_mouvement AFTER INSERT ON allocataires_mouvement FOR EACH ROW
    WHEN (NEW.kind IN ({kinds}))
    EXECUTE FUNCTION echanges_note_fait('MOUVEMENT', '');
"""


class Migration(migrations.Migration):
    """The movements that start in the portal: what a card repaid, and what was given back."""

    dependencies = [
        ("echanges", "0004_files_and_lines"),
    ]

    operations = [
        migrations.RunSQL(
            _TRIGGER.format(kinds="'CARTE', 'REMBOURSEMENT'"),
            _TRIGGER.format(kinds="'CARTE', 'REMBOURSEMENT', 'IMPAYE'"),
        ),
    ]
