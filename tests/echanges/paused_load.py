"""Applies a lot, stopped once everything is written and nothing committed: to be killed there."""

import os
import sys
import time
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "caf_portal.settings.test")
django.setup()

from django.utils import timezone  # noqa: E402 - after django.setup()

from echanges.services import loading  # noqa: E402


def _pause(**_kwargs: object) -> None:
    Path(os.environ["PAUSE_MARK"]).write_text("merged", encoding="utf-8")
    time.sleep(60)


loading.announce_debts = _pause  # type: ignore[assignment]
loading.apply_lot(lot_id=int(sys.argv[1]), caisse_id=int(sys.argv[2]), now=timezone.now())
