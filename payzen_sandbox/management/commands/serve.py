"""Prepare the database, then become the web server."""

import os
import sys

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser

THREADS = 8


class Command(BaseCommand):
    """`python -m payzen_sandbox serve --port 8001`: what a supervisor starts.

    Always on the loopback interface: the back office has no login, and the cards are play money.
    One process, as the sweeper must be alone; several threads, as a notification is sent inside
    the buyer's request and the shop may call back meanwhile.
    """

    help = "Migrate the sandbox's database, then serve it on 127.0.0.1."

    def add_arguments(self, parser: CommandParser) -> None:
        """One option: the port."""
        parser.add_argument("--port", type=int, default=8001)

    def handle(self, *args: object, **options: int) -> None:
        """Never returns: gunicorn takes the place of this process, and its signals."""
        call_command("migrate", verbosity=0, interactive=False)
        arguments = [
            *("-m", "gunicorn", "payzen_sandbox.wsgi"),
            *("--bind", f"127.0.0.1:{options['port']}"),
            *("--worker-class", "gthread", "--workers", "1", "--threads", str(THREADS)),
            # Its default place is in the home folder, shared with every other gunicorn there.
            "--no-control-socket",
        ]
        os.execv(sys.executable, [sys.executable, *arguments])  # noqa: S606  no shell, own words
