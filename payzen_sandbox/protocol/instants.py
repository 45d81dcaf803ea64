"""Dates as the form protocol writes them: UTC, 24 hours, 14 digits."""

from datetime import UTC, datetime

FORMAT = "%Y%m%d%H%M%S"


def to_vads(instant: datetime) -> str:
    """`20260915081501` for an aware instant, whatever its zone."""
    return instant.astimezone(UTC).strftime(FORMAT)


def from_vads(text: str) -> datetime:
    """The UTC instant. Raises ValueError unless the text is 14 digits that make a date."""
    # strptime alone would take fewer digits: 2026915…
    if len(text) != 14 or not (text.isascii() and text.isdigit()):
        raise ValueError(f"Not a 14-digit date: {text!r}")
    return datetime.strptime(text, FORMAT).replace(tzinfo=UTC)
