"""``manage.py prepare_demo``: tables, funds, people and debts, static files; ``demo`` runs it."""

import time
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

#: In this order; each may be run again on what an earlier run left.
LOADERS = (
    *("load_caisses", "load_boutiques", "load_schemas", "load_demo", "load_demo_accounts"),
    "load_demo_history",
)


class Command(BaseCommand):
    """One process for all of it: starting Django takes longer than most of these steps."""

    help = "Prepare the demonstration: migrations as the owner, then data as the application."
    requires_system_checks = ()

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Run the steps in order; the first that fails stops the rest."""
        self._step("migrate", database="owner")
        for loader in LOADERS:
            self._step(loader)
        self._step("collectstatic", interactive=False)

    def _step(self, command: str, **options: Any) -> None:
        started = time.monotonic()
        call_command(command, verbosity=0, **options)
        self.stdout.write(f"  {command:<18} {time.monotonic() - started:5.1f} s")
        self.stdout.flush()
