"""``manage.py export_evenements --caisse 011 --apres 0``: the events of a fund as a file."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from caisses.models import Caisse
from echanges.services.outgoing_files import OutgoingFormat, file_of, select_events


class Command(BaseCommand):
    """Writes what happened since an event, and says up to which one."""

    help = "Write the events of a fund after a number, as JSON Lines or CSV, with control totals."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The fund, the cursor, the format and where to write."""
        parser.add_argument("--caisse", required=True, help="code of the fund, as 011")
        parser.add_argument("--apres", type=int, default=0, help="number of the last event known")
        parser.add_argument("--format", choices=OutgoingFormat.values, default=OutgoingFormat.JSONL)
        parser.add_argument("--sortie", help="file to write; the standard output when absent")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the file; the last number goes to the standard error."""
        caisse = Caisse.objects.filter(code=options["caisse"]).first()
        if caisse is None:
            raise CommandError(f"There is no fund {options['caisse']}.")
        if options["apres"] < 0:
            raise CommandError("--apres is the number of an event, or 0.")
        selection = select_events(caisse=caisse, after=options["apres"], now=timezone.now())
        pieces = file_of(selection, OutgoingFormat(options["format"]))
        if options["sortie"]:
            with Path(options["sortie"]).open("wb") as file:
                file.writelines(pieces)
        else:
            for piece in pieces:
                sys.stdout.buffer.write(piece)
        self.stderr.write(f"Last event: {selection.last}")
