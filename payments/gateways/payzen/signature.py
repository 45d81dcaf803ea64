"""The signature of PayZen's forms and notifications (protocol sheet B).

The values of every ``vads_`` field, sorted by name in byte order, are joined by ``+`` and
followed by the key. The same rule serves both directions, for the fields as received, empty and
unknown ones included.
"""

import hashlib
import hmac
from base64 import b64encode
from collections.abc import Mapping
from typing import Literal

Algorithm = Literal["HMAC-SHA-256", "SHA-1"]


def string_to_sign(fields: Mapping[str, str], *, key: str) -> str:
    """The text that is signed: sorted values and the key, joined by ``+``."""
    names = sorted((name for name in fields if name.startswith("vads_")), key=str.encode)
    return "+".join([*(fields[name] for name in names), key])


def sign(fields: Mapping[str, str], *, key: str, algorithm: str) -> str:
    """The signature of these fields.

    ``HMAC-SHA-256`` gives Base64, its key being also the last element of the message; ``SHA-1``
    (older shops) gives lower-case hexadecimal. Raises ``ValueError`` for another algorithm.
    Accidental spaces around a pasted key are dropped, as the platform's own code does.
    """
    clean = key.strip()
    message = string_to_sign(fields, key=clean).encode()
    if algorithm == "HMAC-SHA-256":
        return b64encode(hmac.digest(clean.encode(), message, "sha256")).decode("ascii")
    if algorithm == "SHA-1":
        # The platform's old algorithm, not a choice of ours.
        return hashlib.sha1(message, usedforsecurity=False).hexdigest()
    raise ValueError(f"unknown signature algorithm {algorithm!r}")


def is_authentic(fields: Mapping[str, str], *, key: str, algorithm: str) -> bool:
    """Whether ``fields["signature"]`` is right, compared in constant time.

    Never with an empty key: a shop whose key was not typed yet would be everybody's.
    """
    if not key.strip():
        return False
    given = fields.get("signature", "").encode()
    return hmac.compare_digest(sign(fields, key=key, algorithm=algorithm).encode(), given)
