"""A record of a file before its fields are checked, whatever it was written in."""

import json
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
    #: A row of a CSV file by the names of its columns.
    cells: dict[str, str] | None = None

    def told(self) -> str:
        """The record as it came, with the names of its fields: a CSV row alone says little."""
        if self.cells is None:
            return self.raw
        return json.dumps(self.cells, ensure_ascii=False)
