"""``manage.py rotate_field_keys``: encrypt every secret again with the newest key."""

from typing import Any

from django.core.management.base import BaseCommand

from echanges.services.key_rotation import rotate_every_secret


class Command(BaseCommand):
    """Put the new key first in FIELD_ENCRYPTION_KEYS, restart, run this, remove the old key."""

    help = "Encrypt the secrets of shops and subscriptions with the first FIELD_ENCRYPTION_KEYS."

    def handle(self, *args: Any, **options: Any) -> None:
        """Rotate and say how many rows were written."""
        shops, subscriptions = rotate_every_secret()
        self.stdout.write(
            f"{shops} shop(s), {subscriptions} subscription(s) encrypted with the first key."
        )
