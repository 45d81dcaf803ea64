"""The format of a file by its name."""

from echanges.models.lot import LotFormat

_BY_SUFFIX = {
    ".csv": LotFormat.CSV,
    ".jsonl": LotFormat.JSONL,
    ".ndjson": LotFormat.JSONL,
}


def format_of(filename: str) -> LotFormat | None:
    """CSV or JSON Lines; ``None`` when the name does not tell."""
    _, dot, suffix = filename.lower().rpartition(".")
    return _BY_SUFFIX.get(dot + suffix)
