"""Reads CSV: the first row names the columns, the column ``type`` says what each row is."""

import csv
from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _

from caf_portal.spreadsheet import unguarded
from echanges.lines.problems import FileRefused, Problem
from echanges.lines.records import Record
from echanges.lines.schema import (
    CORRECTED_LINE,
    FIELDS,
    HEADER,
    HEADER_FIELDS,
    REASONS,
    Kind,
    columns,
)
from echanges.lines.splitting import LONGEST_LINE

_NAMES = {
    HEADER: frozenset(field.name for field in HEADER_FIELDS),
    **{kind.value: frozenset(field.name for field in FIELDS[kind]) for kind in Kind},
}
#: Columns that a file may leave out when nothing it holds needs them.
_ALWAYS = ("type", *(field.name for field in HEADER_FIELDS if field.required))


def csv_records(lines: Iterable[tuple[int, str]]) -> Iterator[Record]:
    """One record a row, columns in any order, comma or semicolon; blank rows are passed over.

    Raises ``FileRefused`` when the columns are not those of the format, or a quote is wrong.
    """
    tap = _Tap(lines)
    first = next(tap, "")
    tap.taken.clear()
    delimiter = ";" if first.count(";") > first.count(",") else ","
    header = next(csv.reader([first], delimiter=delimiter), [])
    names = _checked_columns([name.strip() for name in header])
    reader = csv.reader(tap, delimiter=delimiter, strict=True)
    while True:
        try:
            row = next(reader, None)
        except csv.Error as error:
            raise FileRefused(
                _("La ligne %(line)s a un guillemet mal placé : vérifiez-la.")
                % {"line": tap.first_line}
            ) from error
        if row is None:
            return
        line, raw = tap.first_line, "".join(tap.taken).rstrip("\r\n")
        tap.taken.clear()
        if any(row):
            yield _record(line, raw, names, row)


class _Tap:
    """Lets the lines through and remembers those of the row being read."""

    def __init__(self, lines: Iterable[tuple[int, str]]) -> None:
        self._lines = iter(lines)
        self.taken: list[str] = []
        self._length = 0
        self.first_line = 1

    def __iter__(self) -> "_Tap":
        return self

    def __next__(self) -> str:
        number, line = next(self._lines)
        if not self.taken:
            self.first_line, self._length = number, 0
        self.taken.append(line)
        # Counted as it goes: a row may be made of thousands of empty lines.
        self._length += len(line)
        if len(self.taken) > 1 and self._length > LONGEST_LINE:
            raise FileRefused(
                _("La ligne %(line)s a un guillemet qui n’est pas fermé : vérifiez-la.")
                % {"line": self.first_line}
            )
        return line


def _checked_columns(names: list[str]) -> list[str]:
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        raise FileRefused(
            _("Une colonne est donnée deux fois : %(names)s.")
            % {"names": ", ".join(repeated)[:200]}
        )
    missing = [name for name in _ALWAYS if name not in names]
    if missing:
        raise FileRefused(
            _("Il manque des colonnes à la première ligne : %(names)s.")
            % {"names": ", ".join(missing)}
        )
    unknown = [name or "(vide)" for name in names if name not in columns()]
    if unknown:
        raise FileRefused(
            _("La première ligne nomme des colonnes inconnues : %(names)s.")
            % {"names": ", ".join(unknown)[:200]}
        )
    return names


def _record(line: int, raw: str, names: list[str], row: list[str]) -> Record:
    if len(row) != len(names):
        why = f"{len(row)} valeurs pour {len(names)} colonnes"
        return Record(line, "", {}, raw, [Problem("", "LIGNE_ILLISIBLE", why)])
    cells = {name: value for name, value in zip(names, row, strict=True) if value}
    if CORRECTED_LINE.name in cells:
        # A line of a file of rejects, which protected its texts from spreadsheets.
        cells = {name: unguarded(value) for name, value in cells.items()}
    values = dict(cells)
    kind = values.pop("type", "")
    own = _NAMES.get(kind)
    if own is None:
        return Record(line, "", {}, raw, [Problem("type", "TYPE_INCONNU", kind[:40])], cells)
    record = Record(line, kind, values, raw, cells=cells)
    if not own.issuperset(values):
        for name in [name for name in values if name not in own]:
            del values[name]
            if name not in REASONS:
                record.problems.append(Problem(name, "CHAMP_INATTENDU"))
    return record
