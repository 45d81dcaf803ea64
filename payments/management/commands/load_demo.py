"""``manage.py load_demo``: invented people, debts and agents, for demonstrations only."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from caf_portal.paris import paris_date
from payments.demo.loading import NotADemonstration, PortalNotEmpty, load_demo
from payments.demo.logins import known_logins, write_logins


class Command(BaseCommand):
    """Fills an empty portal; does nothing the second time."""

    help = "Fill an empty portal with invented people, debts and agents (demonstrations only)."

    def handle(self, *_args: Any, verbosity: int, **_options: Any) -> None:
        """Load, write the file of logins, say what was done."""
        now = timezone.now()
        try:
            counts = load_demo(now=now)
        except (NotADemonstration, PortalNotEmpty) as error:
            raise CommandError(str(error)) from error
        today = paris_date(now)
        path = write_logins(settings.DEMO_FOLDER, portal_url=settings.PORTAL_URL, today=today)
        if not verbosity:
            return
        if counts.people:
            self.stdout.write(f"{counts.people} people, {counts.creances} debts; logins in {path}.")
        else:
            self.stdout.write("The demonstration's data is there already: nothing was done.")
        for letter in known_logins(portal_url=settings.PORTAL_URL, today=today)["letters"]:
            self.stdout.write(f"  {letter['reference']}   {letter['birth_on']}   {letter['who']}")
