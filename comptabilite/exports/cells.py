"""How a value is written in a cell of our CSV files, and how a line of a FEC becomes bytes."""

from caf_portal.money import format_plain_euros
from caf_portal.spreadsheet import guarded

#: What separates the fields and the lines of the canonical form is in no text.
SEPARATORS = str.maketrans("\t\r\n", "   ")
UTF_8, LATIN_9 = "utf-8", "iso-8859-15"
ENCODINGS = (UTF_8, LATIN_9)


def plain(text: str) -> str:
    """The text with a space for each TAB, CR and LF, as it is hashed and exported."""
    return text.translate(SEPARATORS)


def cell(text: str) -> str:
    """A text as a cell of a CSV: no spreadsheet computes it, quotes only where they must be."""
    safe = guarded(text)
    if ";" in safe or '"' in safe:
        return '"' + safe.replace('"', '""') + '"'
    return safe


def row(*cells: object) -> bytes:
    """One line of a CSV, from cells that are ready."""
    return (";".join(map(str, cells)) + "\n").encode()


euros = format_plain_euros


def encoded(line: str, encoding: str) -> bytes:
    """A line of a FEC. In ISO 8859-15 a character that it has not is escaped, and so is ``\\``, so
    that nothing is lost and everything is read back."""
    if encoding == LATIN_9:
        return line.replace("\\", r"\x5c").encode(LATIN_9, "backslashreplace")
    return line.encode()
