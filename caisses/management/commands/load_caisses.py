"""``manage.py load_caisses``: the 101 funds, from the project's own file or another one."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from caf_portal.data_file import DataFileRefused
from caisses.services.loading import CAISSES_FILE, load_caisses


class Command(BaseCommand):
    """Loads the funds; may be run again."""

    help = "Load the funds from caisses/data/cafs.csv, or bring them up to date."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare ``--file``."""
        parser.add_argument("--file", type=Path, default=CAISSES_FILE, help="another file")

    def handle(self, *_args: Any, file: Path, verbosity: int, **_options: Any) -> None:
        """Load, and say what changed."""
        try:
            loaded = load_caisses(path=file)
        except (DataFileRefused, OSError) as error:
            raise CommandError(str(error)) from error
        if verbosity:
            self.stdout.write(f"Caisses: {loaded.created} created, {loaded.updated} updated.")
