"""A line of the work list may be settled by what followed, and not by an agent."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("caisses", "0003_search_path"),
        ("comptabilite", "0011_overdue_instalments"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="anomalie",
            name="anomalie_settled_by_someone_with_a_note",
        ),
        migrations.AddConstraint(
            model_name="anomalie",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("settled_at__isnull", True), ("settled_by__isnull", True)),
                    models.Q(
                        ("settled_at__isnull", False), models.Q(("settled_note", ""), _negated=True)
                    ),
                    _connector="OR",
                ),
                name="anomalie_settled_with_a_note",
            ),
        ),
    ]
