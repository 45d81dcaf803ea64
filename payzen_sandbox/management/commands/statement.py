"""Write the bank statement of a shop and a day."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser

from payzen_sandbox import clock
from payzen_sandbox.management.commands.report import day_asked
from payzen_sandbox.services.bank_account import iban
from payzen_sandbox.services.bank_statement import statement_file
from payzen_sandbox.shops import find_shop


class Command(BaseCommand):
    """`python -m payzen_sandbox statement --shop 90000011 --day 2026-12-01 --to folder`."""

    help = "Write the CFONB 120 statement of a shop's account for a UTC day (today by default)."

    def add_arguments(self, parser: CommandParser) -> None:
        """The shop and the folder are required."""
        parser.add_argument("--shop", required=True)
        parser.add_argument("--day", type=day_asked)
        parser.add_argument("--to", type=Path, required=True)

    def handle(self, *args: object, **options: object) -> None:
        """Tells the file's name, and the account it is of."""
        shop, folder = find_shop(str(options["shop"])), Path(str(options["to"]))
        if shop is None:
            raise CommandError("No such shop.")
        if not folder.is_dir():
            raise CommandError("No such folder.")
        day = options["day"] or clock.now().date()
        file = statement_file(shop=shop, day=day)
        # Bytes: the records already end as they should.
        (folder / file.name).write_bytes(file.text.encode("ascii"))
        self.stdout.write(f"{file.name} {iban(shop)}")
