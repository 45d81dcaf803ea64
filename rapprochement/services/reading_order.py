"""In which order to load files that came together: statements by day, then the platform's files."""

from datetime import date
from typing import Final

from rapprochement.readers.bank.reading import read_bank_file
from rapprochement.readers.problems import FileUnreadable

#: Files of the platform after those that they are about.
_KINDS: Final = {"JT": 1, "JO": 2, "JRB": 3, "JRI": 4}

Place = tuple[int, date, str]
LAST: Final[Place] = (0, date.max, "")


def place_of(content: bytes, filename: str) -> Place:
    """What to sort by: a statement is refused once a later one of its account is loaded, an
    operation cannot be counted before its transaction. What cannot be read comes last."""
    kind = _KINDS.get(filename.upper().removeprefix("TEST_").partition("_")[0], 0)
    if kind:
        return kind, date.min, filename
    try:
        statements = read_bank_file(content, filename=filename).statements
    except FileUnreadable:
        return 0, date.max, filename
    return 0, min(each.to_on for each in statements), filename
