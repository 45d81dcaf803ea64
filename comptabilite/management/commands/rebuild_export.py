"""``manage.py rebuild_export UUID --caisse 011``: build an export again and compare its bytes."""

from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from caf_portal.database.scope import caisse_scope
from caisses.models import Caisse
from comptabilite.models import Export
from comptabilite.services.building_exports import rebuild_and_compare


class Command(BaseCommand):
    """Says whether the books still give the same bytes. Nothing of the export changes."""

    help = "Build an export again from the books and compare. Exit code 1 when bytes differ."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which export, of which fund."""
        parser.add_argument("export", type=UUID, help="public identifier of the export")
        parser.add_argument("--caisse", required=True, help="code of the fund, three digits")

    def handle(self, *args: Any, **options: Any) -> None:
        """Build, compare, tell."""
        caisse = Caisse.objects.filter(code=options["caisse"]).first()
        if caisse is None:
            raise CommandError(f"no fund has the code {options['caisse']}")
        with caisse_scope(caisse.pk):
            export = Export.objects.filter(public_id=options["export"]).first()
        try:
            same = export is not None and rebuild_and_compare(
                export_id=export.pk, caisse_id=caisse.pk, now=timezone.now()
            )
        except Export.DoesNotExist:
            export, same = None, False
        if export is None:
            raise CommandError(
                f"fund {caisse.code} has no export {options['export']} that is ready"
            )
        if not same:
            raise CommandError(f"{export.filename}: the bytes are not the same")
        self.stdout.write(f"{export.filename}: same bytes, SHA-256 {export.sha256}")
