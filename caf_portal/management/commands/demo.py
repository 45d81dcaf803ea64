"""``manage.py demo``: start everything, or with ``--check`` prove that it works, then stop."""

import os
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from caf_portal.demo.environment import environment_as_given


class Command(BaseCommand):
    """Hands over to ``python -m caf_portal.demo``, which needs neither settings nor a database."""

    help = "Start the whole portal with demonstration data: servers, web, workers, bank, mail box."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare ``--check``."""
        parser.add_argument(
            "--check",
            action="store_true",
            help="on free ports: pay a debt over HTTP, look at the journal, stop",
        )

    def handle(self, *_args: Any, check: bool, **_options: Any) -> None:
        """Replace this process, so that the supervisor is the one that Ctrl-C reaches."""
        command = [sys.executable, "-m", "caf_portal.demo", *(["--check"] if check else [])]
        os.execve(sys.executable, command, dict(environment_as_given()))  # noqa: S606 - no shell
