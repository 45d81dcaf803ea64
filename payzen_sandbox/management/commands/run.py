"""Run one of the nightly batches."""

from django.core.management.base import BaseCommand, CommandParser

from payzen_sandbox import clock
from payzen_sandbox.services.runs import RUNS


class Command(BaseCommand):
    """`python -m payzen_sandbox run capture`."""

    help = "Run a batch now: instalments, capture, expiry or retries."

    def add_arguments(self, parser: CommandParser) -> None:
        """The batch's name."""
        parser.add_argument("run", choices=RUNS)

    def handle(self, *args: object, **options: str) -> None:
        """Says how many things were done."""
        count = RUNS[options["run"]](now=clock.now())
        self.stdout.write(f"{options['run']}: {count}")
