"""Last belt before a log line leaves: what looks personal or secret is masked (invariant 15)."""

import re
from collections.abc import MutableMapping
from typing import Any

_SECRET_NAMES = re.compile(
    r"(password|secret|token|cookie|authorization|signature|email|nom|prenom|naissance|adresse|iban)",
    re.IGNORECASE,
)
# Thirteen digits or more in a row: a NIR, a card number; never one of our references.
_LONG_DIGITS = re.compile(r"\d(?:[ \u00a0-]?\d){12,}")
_EMAIL = re.compile(r"[^\s@<>\"']+@[^\s@<>\"']+\.\w+")
MASK = "[…]"


def scrub(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Mask the values whose name or shape says that they should not be written down."""
    for name, value in event.items():
        if name in {"event", "exc_info", "_record", "_from_structlog", "timestamp"}:
            if name == "event" and isinstance(value, str):
                event[name] = _masked(value)
        elif name == "request":
            # An agent's search may hold a name: the path is enough to understand a line. Django
            # gives the request itself, whose text has the whole address.
            event[name] = str(value).partition("?")[0]
        elif _SECRET_NAMES.search(name):
            event[name] = MASK
        elif not isinstance(value, int | float | None):
            event[name] = _masked(str(value))
    return event


def _masked(value: str) -> str:
    return _EMAIL.sub(MASK, _LONG_DIGITS.sub(MASK, value))
