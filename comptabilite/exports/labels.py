"""What accounts and journals were called on a date: the scheme in force that day says it."""

from bisect import bisect_right
from collections import defaultdict
from datetime import date
from typing import Any

from django.db import connection

from comptabilite.exports.cells import plain

_COMPTES = (
    "SELECT compte_id, number, label, since FROM comptabilite_nom_compte"
    " WHERE caisse_id = %s ORDER BY compte_id, since"
)
_JOURNALS = (
    "SELECT journal_id, code, label, since FROM comptabilite_nom_journal"
    " WHERE caisse_id = %s ORDER BY journal_id, since"
)


class Labels:
    """The names that a fund gave. They never change for a day that is closed (invariant 19).

    A few hundred of them, read in two short statements: joining them to each of ten million lines
    would cost more.
    """

    def __init__(self, *, caisse_id: int) -> None:
        self._comptes, self.comptes = _names(_COMPTES, caisse_id)
        self._journals, self.journals = _names(_JOURNALS, caisse_id)

    def compte(self, compte_id: int, on: str) -> tuple[str, str]:
        """Number of an account, and its label on this date (``YYYY-MM-DD``)."""
        return self.comptes[compte_id], self._comptes[compte_id].on(on)

    def compte_numbered(self, number: str, on: str) -> str:
        """Label of the account of this number on this date; empty when the fund has none."""
        known = (pk for pk, found in self.comptes.items() if found == number)
        pk = next(known, None)
        return "" if pk is None else self._comptes[pk].on(on)

    def journal(self, journal_id: int, on: str) -> str:
        """Label of a journal on this date."""
        return self._journals[journal_id].on(on)


class _Names:
    """The names of one thing, each since a date."""

    def __init__(self) -> None:
        self._since: list[str] = []
        self._labels: list[str] = []

    def add(self, since: date, label: str) -> None:
        self._since.append(since.isoformat())
        self._labels.append(plain(label))

    def on(self, day: str) -> str:
        return self._labels[max(bisect_right(self._since, day) - 1, 0)]


def _names(statement: str, caisse_id: int) -> tuple[dict[int, _Names], dict[int, str]]:
    """Names, and number or code, of each account or journal."""
    names: dict[int, _Names] = defaultdict(_Names)
    codes: dict[int, str] = {}
    for pk, code, label, since in _rows(statement, caisse_id):
        names[pk].add(since, label)
        codes[pk] = code
    return dict(names), codes


def _rows(statement: str, caisse_id: int) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, [caisse_id])
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
