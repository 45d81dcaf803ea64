"""Signature of the form protocol, the same for request, notification and browser return.

Source: PayZen implementation guide, "computing the signature".
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping

HMAC_SHA_256 = "HMAC-SHA-256"
SHA_1 = "SHA-1"
ALGORITHMS = (HMAC_SHA_256, SHA_1)


def signed_text(fields: Mapping[str, str], *, key: str) -> str:
    """The text that is signed: every vads_ value, in the order of the names, then the key.

    Names sort by code point; empty and unknown fields count; values are taken raw.
    """
    values = [fields[name] for name in sorted(fields) if name.startswith("vads_")]
    return "+".join([*values, key])


def sign(fields: Mapping[str, str], *, key: str, algorithm: str) -> str:
    """Signature of the vads_ fields. Raises ValueError for an unknown algorithm."""
    message = signed_text(fields, key=key).encode()
    if algorithm == HMAC_SHA_256:
        # The key signs, and is also the last element of what is signed.
        return base64.b64encode(hmac.digest(key.encode(), message, "sha256")).decode()
    if algorithm == SHA_1:
        return hashlib.sha1(message, usedforsecurity=False).hexdigest()
    raise ValueError(f"Unknown signature algorithm: {algorithm!r}")


def is_authentic(fields: Mapping[str, str], *, key: str, algorithm: str) -> bool:
    """Whether fields["signature"] is right; compared in constant time."""
    expected = sign(fields, key=key, algorithm=algorithm)
    return hmac.compare_digest(expected.encode(), fields.get("signature", "").encode())
