"""Secrets that everybody may have read: those of the sources, of examples, and those made by hand.

A portal signed or encrypted with one of them is signed and encrypted with nothing.
"""

from base64 import urlsafe_b64decode
from collections.abc import Sequence

from django.core.exceptions import ImproperlyConfigured

#: Words of values that are written to be replaced, here and in the tools that people copy from.
_NOT_MEANT = ("placeholder", "only-for-tests", "change-me", "changeme", "example", "insecure")
#: Chance gives at least this many different characters or bytes, but once in ages.
_FEWEST_DIFFERENT = 12


def refuse_published_text(name: str, value: str) -> None:
    """Raise ``ImproperlyConfigured``, naming the setting, for a text that nobody drew by chance."""
    if any(word in value.lower() for word in _NOT_MEANT) or len(set(value)) < _FEWEST_DIFFERENT:
        raise ImproperlyConfigured(f"{name} is an example, not a secret: draw one by chance.")


def refuse_published_keys(name: str, keys: Sequence[str]) -> None:
    """The same for Fernet keys, which are well formed already."""
    for key in keys:
        if len(set(urlsafe_b64decode(key))) < _FEWEST_DIFFERENT:
            raise ImproperlyConfigured(f"{name} has an example among its keys: draw one by chance.")
