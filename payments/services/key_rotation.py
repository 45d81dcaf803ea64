"""Encrypts the shops' secrets again with the newest key."""

from caf_portal.database.scope import national_scope
from payments.models import Boutique

_SECRETS = ("key", "rest_password", "former_key")


def rotate_field_keys(*, batch: int = 50) -> int:
    """Write every secret again: read with any of ``FIELD_ENCRYPTION_KEYS``, written with the first.

    Idempotent and resumable: each batch commits by itself, under the shops' locks. Returns how
    many shops were written. Once done, the older keys may leave the setting.
    """
    with national_scope():
        numbers = list(Boutique.objects.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(numbers), batch):
        with national_scope():
            shops = Boutique.objects.filter(pk__in=numbers[start : start + batch])
            for shop in shops.order_by("pk").select_for_update(of=("self",), no_key=True):
                shop.save(update_fields=_SECRETS)
    return len(numbers)
