"""``manage.py load_lot FILE --caisse 011``: keep a file of the fund's software, and apply it."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from shutil import copyfileobj
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from caf_portal.database.scope import caisse_scope
from caisses.models import Caisse
from echanges.lines.format_of import format_of
from echanges.models import Lot, Rejet
from echanges.models.lot import LotFormat, LotStatus
from echanges.services.loading import apply_lot, receive_lot
from echanges.services.reject_file import write_reject_file

#: Exit codes: everything applied; the file refused; applied but for some lines.
DONE, REFUSED, REJECTED = 0, 1, 3
_SHOWN = 20


class Command(BaseCommand):
    """Load one file. Run again with the same file, it finishes what was cut or tells the result."""

    help = "Load a file of debts of one fund (docs/echanges.md). Exit code 3: some lines rejected."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The file, its fund, and where to write the rejected lines."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--caisse", required=True, help="code of the fund, three digits")
        parser.add_argument("--format", choices=["CSV", "JSONL"], help="from the name by default")
        parser.add_argument("--rejets", type=Path, help="write the rejected lines to this file")

    def handle(self, *args: Any, **options: Any) -> None:
        """Receive, apply, tell."""
        path: Path = options["file"]
        caisse = Caisse.objects.filter(code=options["caisse"]).first()
        if caisse is None:
            raise CommandError(f"no fund has the code {options['caisse']}")
        lot_format = options["format"] or format_of(path.name)
        if lot_format is None:
            raise CommandError("the name does not tell the format: say --format CSV or JSONL")
        try:
            source = path.open("rb")
        except OSError as error:
            raise CommandError(f"cannot read {path}: {error.strerror}") from error
        with source:
            lot = receive_lot(
                caisse=caisse,
                source=source,
                filename=path.name,
                format=LotFormat(lot_format),
                received_by=None,
                now=timezone.now(),
            )
        lot = apply_lot(lot_id=lot.pk, caisse_id=caisse.pk, now=timezone.now())
        self._tell(lot, options["rejets"])

    def _tell(self, lot: Lot, rejects_to: Path | None) -> None:
        self.stdout.write(f"{lot} ({lot.public_id}) : {lot.get_status_display()}")
        if lot.status == LotStatus.REFUSE:
            raise CommandError(lot.refusal, returncode=REFUSED)
        self.stdout.write(
            f"{lot.applied_lines} ligne(s) appliquée(s), {lot.unchanged_lines} déjà connue(s), "
            f"{lot.rejected_lines} rejetée(s)."
        )
        if not lot.rejected_lines:
            return
        with caisse_scope(lot.caisse_id):
            for rejet in Rejet.objects.filter(lot=lot).order_by("line", "field")[:_SHOWN]:
                self.stdout.write(f"  ligne {rejet.line}, {rejet.field or '-'} : {rejet.reason}")
            if rejects_to is not None:
                with write_reject_file(lot) as rejects, rejects_to.open("wb") as written:
                    copyfileobj(rejects, written)
        sys.exit(REJECTED)
