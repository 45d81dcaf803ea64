"""Read a JSON body field by field; what is not as documented is INT_902 with the field's name."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from payzen_sandbox.protocol.currencies import CURRENCIES
from payzen_sandbox.rest.envelope import InvalidInput

Body = Mapping[str, Any]
_NUMERIC = {currency.alphabetic: numeric for numeric, currency in CURRENCIES.items()}
HIGHEST_CENTS = 10**12 - 1


def text(body: Body, name: str) -> str:
    """A text that is not empty."""
    value = body.get(name)
    if not isinstance(value, str) or not value:
        raise InvalidInput(name)
    return value


def optional_text(body: Body, name: str, *, longest: int) -> str:
    """A text, or "" when the field is absent or null."""
    value = body.get(name)
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > longest:
        raise InvalidInput(name)
    return value


def optional_cents(body: Body, name: str = "amount") -> int | None:
    """A whole number of cents, or None. Zero and less are for the service to refuse."""
    value = body.get(name)
    if value is None:
        return None
    if type(value) is not int or abs(value) > HIGHEST_CENTS:
        raise InvalidInput(name)
    return value


def numeric_currency(body: Body) -> str:
    """`EUR` is 978. Raises InvalidInput for a currency that the sandbox has not."""
    value = body.get("currency")
    if not isinstance(value, str) or value not in _NUMERIC:
        raise InvalidInput("currency")
    return _NUMERIC[value]


def optional_instant(body: Body, name: str) -> datetime | None:
    """An ISO 8601 instant, UTC when it names no zone; or None."""
    value = body.get(name)
    if value is None:
        return None
    try:
        instant = datetime.fromisoformat(text(body, name))
    except ValueError as error:
        raise InvalidInput(name) from error
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)


def section(body: Body, name: str) -> dict[str, Any]:
    """An object inside the body; empty when absent or null."""
    value = {} if body.get(name) is None else body[name]
    if not isinstance(value, dict):
        raise InvalidInput(name)
    return value
