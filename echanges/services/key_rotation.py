"""Encrypts every secret of the portal again with the newest key."""

from caf_portal.database.scope import national_scope
from echanges.models import Abonnement
from payments.services.key_rotation import rotate_field_keys


def rotate_every_secret() -> tuple[int, int]:
    """Write the secrets of shops and subscriptions again; how many of each.

    Idempotent and resumable. Once done, the older keys may leave ``FIELD_ENCRYPTION_KEYS``.
    """
    return rotate_field_keys(), _rotate_subscriptions()


def _rotate_subscriptions() -> int:
    """One transaction each: a secret renewed meanwhile is read under the row's lock."""
    with national_scope():
        numbers = list(Abonnement.objects.order_by("pk").values_list("pk", flat=True))
    for number in numbers:
        with national_scope():
            Abonnement.objects.locked().get(pk=number).save(update_fields=["secret"])
    return len(numbers)
