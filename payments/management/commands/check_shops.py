"""``manage.py check_shops``: what the daily check of the shops does, now."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from caisses.models import Caisse
from payments.services.shop_drift import check_shops


class Command(BaseCommand):
    """Exits non-zero when a shop is not as it should be."""

    help = "Compare the shop of each fund with what it should be; non-zero exit on a drift."

    def handle(self, *args: Any, **options: Any) -> None:
        """Check and say what was found, fund by fund."""
        codes = dict(Caisse.objects.values_list("pk", "code"))
        findings = check_shops(now=timezone.now())
        for finding in findings:
            self.stderr.write(f"{codes[finding.caisse_id]} {finding.drift}: {finding.detail}")
        if findings:
            raise CommandError(f"{len(findings)} drift(s), now on the funds' work lists.")
        self.stdout.write("Every shop is as it should be.")
