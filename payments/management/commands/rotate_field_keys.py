"""``manage.py rotate_field_keys``: encrypt the shops' secrets again with the newest key."""

from typing import Any

from django.core.management.base import BaseCommand

from payments.services.key_rotation import rotate_field_keys


class Command(BaseCommand):
    """Put the new key first in FIELD_ENCRYPTION_KEYS, restart, run this, remove the old key."""

    help = "Encrypt the shops' secrets again with the first of FIELD_ENCRYPTION_KEYS."

    def handle(self, *args: Any, **options: Any) -> None:
        """Rotate and say how many shops were written."""
        written = rotate_field_keys()
        self.stdout.write(f"{written} shop(s) encrypted with the first key.")
