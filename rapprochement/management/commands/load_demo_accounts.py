"""``manage.py load_demo_accounts``: invented bank accounts, for demonstrations only."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from payments.demo.loading import NotADemonstration
from rapprochement.demo.accounts import load_demo_accounts


class Command(BaseCommand):
    """Those that the sandbox writes statements of."""

    help = "Declare the sandbox's bank account of each demonstration fund."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Tells how many were declared; none the second time."""
        try:
            declared = load_demo_accounts()
        except NotADemonstration as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{declared} bank accounts")
