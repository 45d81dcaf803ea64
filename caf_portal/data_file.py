"""Reading the project's own CSV files: a bad line is refused by its number and its field."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

Meaning = TypeVar("Meaning")


class DataFileRefused(Exception):
    """A file cannot be loaded; the message names the file, the line and the field."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a file, able to say where it comes from."""

    file: str
    line: int
    values: Mapping[str, str]

    def text(self, field: str, *, optional: bool = False) -> str:
        """The value of a field without outer blanks; refused when empty, unless optional."""
        value = self.values[field].strip()
        if not value and not optional:
            raise self.refused(field, "the value is missing")
        return value

    def choice(self, field: str, meanings: Mapping[str, Meaning]) -> Meaning:
        """What the word of this field stands for; refused when it is not one of ``meanings``."""
        word = self.text(field, optional=True)
        if word not in meanings:
            expected = ", ".join(sorted(meanings)) or "nothing"
            raise self.refused(field, f"{word!r} is unknown; expected one of: {expected}")
        return meanings[word]

    def refused(self, field: str, reason: str) -> DataFileRefused:
        """The error to raise about a field of this line."""
        return DataFileRefused(f"{self.file}, line {self.line}, field {field}: {reason}")


def read_rows(path: Path, *, fields: Sequence[str]) -> Iterator[Row]:
    """The lines of a UTF-8 CSV file with a header; lines that start with ``#`` are comments.

    Raises ``DataFileRefused`` when the header lacks a field, or a line has too few or too many.
    """
    numbered = [
        (number, line)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if line.strip() and not line.startswith("#")
    ]
    reader = csv.reader(line for _, line in numbered)
    header = next(reader, [])
    missing = [field for field in fields if field not in header]
    if missing:
        raise DataFileRefused(f"{path.name}: the header has no field {', '.join(missing)}")
    for (number, _), values in zip(numbered[1:], reader, strict=True):
        if len(values) != len(header):
            reason = f"{len(values)} values, {len(header)} expected"
            raise DataFileRefused(f"{path.name}, line {number}: {reason}")
        yield Row(path.name, number, dict(zip(header, values, strict=True)))
