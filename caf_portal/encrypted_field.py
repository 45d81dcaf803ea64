"""A text column encrypted at rest, for the secrets of the shops."""

from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import models


def _cipher() -> MultiFernet:
    return MultiFernet([Fernet(key) for key in settings.FIELD_ENCRYPTION_KEYS])


class EncryptedTextField(models.TextField):
    """Text encrypted with the first of ``FIELD_ENCRYPTION_KEYS``, read with any of them."""

    def get_prep_value(self, value: Any) -> Any:
        """The ciphertext to store."""
        plain = super().get_prep_value(value)
        return _cipher().encrypt(plain.encode()).decode("ascii") if plain else plain

    def from_db_value(self, value: str | None, *_: Any) -> str | None:
        """The plain text; raises ``ImproperlyConfigured`` when no key fits."""
        if not value:
            return value
        try:
            return _cipher().decrypt(value.encode("ascii")).decode()
        except InvalidToken as error:
            raise ImproperlyConfigured(
                "FIELD_ENCRYPTION_KEYS has no key that reads the shops' secrets."
            ) from error
