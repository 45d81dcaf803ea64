"""Do once what is due."""

from django.core.management.base import BaseCommand

from payzen_sandbox import clock
from payzen_sandbox.sweeper import sweep


class Command(BaseCommand):
    """For a test or a script; a running server does it by itself."""

    help = "Expire sessions, settle late answers, send delayed notifications."

    def handle(self, *args: object, **options: object) -> None:
        """The command owns the clock."""
        sweep(now=clock.now())
