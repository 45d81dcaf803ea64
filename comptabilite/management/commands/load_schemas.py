"""``manage.py load_schemas``: the default scheme of accounts for the funds that have none; the
rules of refunds and of newer events, and names of accounts, for the schemes that lack them."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from caf_portal.data_file import DataFileRefused
from caf_portal.database.scope import national_scope
from comptabilite.services.default_scheme import (
    COMPTES_FILE,
    JOURNAUX_FILE,
    SCHEMA_FILE,
    read_scheme,
)
from comptabilite.services.mirrors import complete_schemas
from comptabilite.services.missing_names import name_what_is_used
from comptabilite.services.new_events import add_new_events
from comptabilite.services.schemas import load_schemas


class Command(BaseCommand):
    """Proposes a scheme to the funds that have none, completes the others; may be run again."""

    help = "Give the default scheme of accounts to the funds that have none."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the three files."""
        parser.add_argument("--file", type=Path, default=SCHEMA_FILE, help="other rules")
        parser.add_argument("--comptes", type=Path, default=COMPTES_FILE, help="their accounts")
        parser.add_argument("--journaux", type=Path, default=JOURNAUX_FILE, help="their journals")

    def handle(
        self,
        *_args: Any,
        file: Path,
        comptes: Path,
        journaux: Path,
        verbosity: int,
        **_options: Any,
    ) -> None:
        """Load, and say how many funds received it."""
        try:
            scheme = read_scheme(file, comptes, journaux)
        except (DataFileRefused, OSError) as error:
            raise CommandError(str(error)) from error
        with national_scope():
            served = load_schemas(scheme=scheme)
            added = complete_schemas()
            learnt = add_new_events(scheme=scheme)
            named = name_what_is_used(scheme=scheme)
        if verbosity:
            self.stdout.write(
                f"Schemas: {served} funds received the default one; {added} rules of refunds, "
                f"{learnt} of newer events and {named} names of accounts and journals added."
            )
