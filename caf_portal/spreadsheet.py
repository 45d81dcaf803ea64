"""Text that a spreadsheet would take for a formula: how our CSV files write it, and read it back.

An apostrophe in front makes it text. One is put before what already looks protected too, so that
taking one off always gives back what was written.
"""

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def guarded(text: str) -> str:
    """The text as a cell that no spreadsheet computes."""
    return f"'{text}" if _risky(text) else text


def unguarded(text: str) -> str:
    """The text behind a cell that ``guarded`` wrote."""
    return text[1:] if text.startswith("'") and _risky(text) else text


def _risky(text: str) -> bool:
    return text.lstrip("'").startswith(_FORMULA)
