"""``manage.py check_invariants``: all invariants on the live data (contract)."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from payments.services.invariants import find_breaches, rules


class Command(BaseCommand):
    """Exits non-zero and names the rows when a rule is broken."""

    help = "Check every invariant on the live data; non-zero exit on a breach."

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the controls and say what they found."""
        breaches = find_breaches()
        for breach in breaches:
            where = "every fund" if breach.caisse_id is None else f"caisse {breach.caisse_id}"
            self.stderr.write(f"{breach.rule}: {where}, {breach.subject}")
        if breaches:
            raise CommandError(f"{len(breaches)} breach(es) of the invariants.")
        self.stdout.write(f"{len(rules())} controls, no breach.")
