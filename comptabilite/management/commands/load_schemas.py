"""``manage.py load_schemas``: the default scheme of accounts for the funds that have none, and the
rules of refunds and of newer events for the schemes that lack them."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from caf_portal.data_file import DataFileRefused
from caf_portal.database.scope import national_scope
from comptabilite.services.mirrors import complete_schemas
from comptabilite.services.new_events import add_new_events
from comptabilite.services.schemas import SCHEMA_FILE, load_schemas


class Command(BaseCommand):
    """Proposes a scheme to the funds that have none, completes the others; may be run again."""

    help = "Give the default scheme of accounts to the funds that have none."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare ``--file``."""
        parser.add_argument("--file", type=Path, default=SCHEMA_FILE, help="another file")

    def handle(self, *_args: Any, file: Path, verbosity: int, **_options: Any) -> None:
        """Load, and say how many funds received it."""
        try:
            with national_scope():
                served = load_schemas(path=file)
                added = complete_schemas()
                learnt = add_new_events(path=file)
        except (DataFileRefused, OSError) as error:
            raise CommandError(str(error)) from error
        if verbosity:
            self.stdout.write(
                f"Schemas: {served} funds received the default one; {added} rules of refunds and "
                f"{learnt} of newer events added."
            )
