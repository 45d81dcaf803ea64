"""Write the report files of a shop and a day."""

from argparse import ArgumentTypeError
from datetime import date
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser

from payzen_sandbox import clock
from payzen_sandbox.services.reports.files import KINDS, report_file
from payzen_sandbox.shops import find_shop


class Command(BaseCommand):
    """`python -m payzen_sandbox report --shop 90000011 --day 2026-12-01 --to folder`."""

    help = "Write the JT, JO, JRB and JRI files of a shop and a UTC day (today by default)."

    def add_arguments(self, parser: CommandParser) -> None:
        """The shop and the folder are required."""
        parser.add_argument("--shop", required=True)
        parser.add_argument("--day", type=day_asked)
        parser.add_argument("--kind", choices=sorted(KINDS), action="append")
        parser.add_argument("--to", type=Path, required=True)

    def handle(self, *args: object, **options: object) -> None:
        """One line per file written."""
        shop, folder = find_shop(str(options["shop"])), Path(str(options["to"]))
        if shop is None:
            raise CommandError("No such shop.")
        if not folder.is_dir():
            raise CommandError("No such folder.")
        now = clock.now()
        for kind in options["kind"] or KINDS:
            file = report_file(kind, shop=shop, day=options["day"] or now.date(), now=now)
            # Bytes: the records already end as they should.
            (folder / file.name).write_bytes(file.text.encode())
            self.stdout.write(file.name)


def day_asked(text: str) -> date:
    """The day of an argument, `YYYY-MM-DD`."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"{text} is not YYYY-MM-DD") from error
