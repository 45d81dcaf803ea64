"""A record of a file before its fields are checked, whatever it was written in."""

from dataclasses import dataclass, field

from echanges.lines.problems import Problem


@dataclass(slots=True)
class Record:
    """Texts by field name, empty ones left out; ``line`` is where it begins in the file.

    ``raw`` is the record as it came. ``problems`` are those of its form: when there are some,
    ``values`` may be incomplete.
    """

    line: int
    kind: str
    values: dict[str, str]
    raw: str
    problems: list[Problem] = field(default_factory=list)
