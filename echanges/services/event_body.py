"""An event as it is posted and written in files: the same words as the API's."""

import hmac
import json
from datetime import datetime
from hashlib import sha256
from typing import Any

from echanges.models import EvenementSortant

#: Name of the header that proves who posts.
SIGNATURE = "X-Caf-Signature"


def body_of(event: EvenementSortant, *, caisse_code: str) -> dict[str, Any]:
    """The event; ``id`` is the same whenever it is told again."""
    return {
        "id": f"{caisse_code}-{event.number}",
        "caisse": caisse_code,
        "number": event.number,
        "kind": event.kind,
        "occurred_at": event.occurred_at.isoformat(),
        "published_at": event.published_at.isoformat(),
        "payload": event.payload,
    }


def written(body: dict[str, Any]) -> bytes:
    """On one line of UTF-8."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def signed(content: bytes, *, secret: str, at: datetime) -> str:
    """The header: HMAC-SHA-256, in hexadecimal, of the instant in seconds, a dot, the content."""
    instant = str(int(at.timestamp()))
    mac = hmac.new(secret.encode(), f"{instant}.".encode() + content, sha256).hexdigest()
    return f"t={instant},v1={mac}"
