"""The cells of one detail record, asked for by our own words; each refusal says where it is."""

import sys
from collections.abc import Callable, Sequence
from typing import TypeVar

from django.utils.translation import gettext as _

from rapprochement.readers.gateway.columns import SYNONYMS, Layout
from rapprochement.readers.problems import FileUnreadable

T = TypeVar("T")
#: Enough of a wrong cell to find it, and little enough to tell nothing of anybody.
_QUOTED = 20


class Cells:
    """The record of one line. One object serves a whole file: ``take`` moves it on.

    A file may have a million lines of twenty cells: what is asked for each is kept short.
    """

    __slots__ = ("_layout", "_places", "_row", "kind", "line")

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        #: A column that the file does not have is the empty cell that ``take`` adds at the end.
        self._places = {field: layout.places.get(field, -1) for field in SYNONYMS}
        self._row: Sequence[str] = ("",)
        self.kind = layout.kind
        self.line = 0

    def take(self, row: list[str], line: int) -> None:
        """Move on to a record; raises ``FileUnreadable`` if it has too few or too many cells.

        Empty cells at the end do not count: the platform ends its records with a semicolon. The
        list is kept, with a cell more.
        """
        width = self._layout.width
        least = max(self._layout.places.values()) + 1 if width is None else width
        if len(row) < least or (width is not None and any(row[width:])):
            raise FileUnreadable(
                _(
                    "Ligne %(line)d : %(found)d colonnes au lieu de %(expected)d. Le fichier est "
                    "coupé, ou un point-virgule est dans un texte : téléchargez-le de nouveau "
                    "dans le back office de la plateforme."
                )
                % {"line": line, "found": len(row), "expected": least}
            )
        row.append("")
        self._row, self.line = row, line

    def text(self, field: str, limit: int = 250) -> str:
        """The cell as it is, empty if the file has no such column."""
        found = self._row[self._places[field]]
        if len(found) > limit:
            raise self.wrong(
                field,
                _("est trop long (%(limit)d caractères au plus)") % {"limit": limit},
            )
        return found

    def word(self, field: str, limit: int) -> str:
        """A text that comes back line after line: kept once in memory."""
        return sys.intern(self.text(field, limit))

    def value(self, field: str, reader: Callable[[str], T]) -> T:
        """What ``reader`` makes of the cell, which must hold something."""
        try:
            return reader(self._row[self._places[field]])
        except ValueError as error:
            raise self.wrong(field, str(error)) from error

    def maybe(self, field: str, reader: Callable[[str], T]) -> T | None:
        """The same, ``None`` for an empty cell or a column that the file does not have."""
        found = self._row[self._places[field]]
        if not found:
            return None
        try:
            return reader(found)
        except ValueError as error:
            raise self.wrong(field, str(error)) from error

    def wrong(self, field: str, problem: str) -> FileUnreadable:
        """A refusal of this cell; ``problem`` is the end of a sentence that begins with it."""
        found = self._row[self._places[field]]
        shown = f"{found[:_QUOTED]}…" if len(found) > _QUOTED else found
        return FileUnreadable(
            _("Ligne %(line)d, colonne %(name)s : « %(found)s » %(problem)s.")
            % {
                "line": self.line,
                "name": self._layout.names.get(field, field),
                "found": shown,
                "problem": problem,
            }
        )
