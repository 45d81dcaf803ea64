"""``manage.py load_demo_history``: past days of accounting, for demonstrations only."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connections
from django.utils import timezone

from payments.demo.loading import NotADemonstration
from rapprochement.demo.history import load_demo_history


class Command(BaseCommand):
    """Days that an accountant finds on the first visit: closed ones, and two to explain."""

    help = "Play the days before today in a demonstration fund: payments, files, proofs, closings."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Tells how many days were played; none the second time."""
        try:
            played = load_demo_history(now=timezone.now(), count_rows=_count_rows)
        except NotADemonstration as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{played} days")


def _count_rows() -> None:
    """By the owner of the tables, where its connection is given: others may not."""
    if "owner" in settings.DATABASES:
        with connections["owner"].cursor() as cursor:
            cursor.execute("ANALYZE")
