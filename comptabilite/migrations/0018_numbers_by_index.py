"""The last number of a journal is read by its index, whatever the planner thinks of the table.

One statement gives the numbers of a whole day: a plan made while the table was small would read
all of what the statement wrote before each row, and fifty thousand écritures would take an hour.
"""

from django.db import migrations


class Migration(migrations.Migration):
    """Two settings of one function, whose ``search_path`` stays as it was pinned."""

    dependencies = [("comptabilite", "0017_work_list")]

    operations = [
        migrations.RunSQL(
            f"ALTER FUNCTION comptabilite_number_and_chain() SET {setting} = off",
            f"ALTER FUNCTION comptabilite_number_and_chain() RESET {setting}",
        )
        for setting in ("enable_seqscan", "enable_sort")
    ]
