"""``manage.py create_national_admin``: the first person who may grant rights to the others."""

import getpass
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from caf_portal.database.scope import national_scope
from caisses.services.national_admin import AgentExists, create_national_admin


class Command(BaseCommand):
    """Asks for a password, twice, and never takes one on the command line."""

    help = "Create a national administrator, who then creates the other accounts under /national/."

    def add_arguments(self, parser: CommandParser) -> None:
        """The login; the password is asked for."""
        parser.add_argument("username")

    def handle(self, *args: Any, **options: Any) -> None:
        """Create the account with its right, or say what is wrong and create nothing."""
        password = _asked_password()
        try:
            with national_scope():
                agent = create_national_admin(username=options["username"], password=password)
        except (AgentExists, ValidationError) as error:
            raise CommandError("; ".join(getattr(error, "messages", [str(error)]))) from error
        self.stdout.write(f"{agent.username} may now log in under /national/.")


def _asked_password() -> str:
    password = getpass.getpass("Password: ")
    if password != getpass.getpass("Password again: "):
        raise CommandError("The two passwords differ: nothing was created.")
    try:
        validate_password(password)
    except ValidationError as error:
        raise CommandError(" ".join(error.messages)) from error
    return password
