"""``manage.py load_boutiques``: the TEST shops of the local sandbox."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from caf_portal.data_file import DataFileRefused
from caf_portal.database.scope import national_scope
from payments.services.boutiques import (
    BOUTIQUES_FILE,
    OnlyInTest,
    OtherShopInService,
    load_boutiques,
)


class Command(BaseCommand):
    """Loads the TEST shops; may be run again."""

    help = "Load the TEST shops of the local sandbox; refused in PRODUCTION."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare ``--file``."""
        parser.add_argument("--file", type=Path, default=BOUTIQUES_FILE, help="another file")

    def handle(self, *_args: Any, file: Path, verbosity: int, **_options: Any) -> None:
        """Load, and say what changed."""
        try:
            with national_scope():
                loaded = load_boutiques(path=file)
        except (DataFileRefused, OnlyInTest, OtherShopInService, OSError) as error:
            raise CommandError(str(error)) from error
        if verbosity:
            self.stdout.write(f"Boutiques: {loaded.created} created, {loaded.updated} updated.")
