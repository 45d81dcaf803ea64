"""Our control of balance and sequence while a file is written: the official tool has none."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from comptabilite.exports.shapes import Final, JournalBefore


class ControlFailed(Exception):
    """What the books hold cannot be exported; the message is a French sentence."""


@dataclass(slots=True)
class State:
    """Where a journal stands, and what was written of it."""

    code: str
    number: int
    hash: str
    exercice: int = 0
    ecritures: int = 0
    lines: int = 0
    debit_cents: int = 0
    credit_cents: int = 0


class Control:
    """Looks at each écriture as it goes to the file, and keeps the sums."""

    def __init__(self, journals: Iterable[JournalBefore]) -> None:
        self.journals = {
            journal.code: State(journal.code, journal.previous_number, journal.previous_hash)
            for journal in journals
        }

    def watched(self, ecritures: Iterable[Final]) -> Iterator[Final]:
        """The same écritures, one by one; raises ``ControlFailed`` at the first that is wrong."""
        for ecriture in ecritures:
            self._see(ecriture)
            yield ecriture

    @property
    def ecritures(self) -> int:
        """Écritures seen."""
        return sum(state.ecritures for state in self.journals.values())

    @property
    def lines(self) -> int:
        """Lines seen."""
        return sum(state.lines for state in self.journals.values())

    @property
    def debit_cents(self) -> int:
        """Sum of the debits."""
        return sum(state.debit_cents for state in self.journals.values())

    @property
    def credit_cents(self) -> int:
        """Sum of the credits."""
        return sum(state.credit_cents for state in self.journals.values())

    def finish(self, *, lines: int) -> None:
        """Everything was seen: ``lines`` were counted before. Raises ``ControlFailed``."""
        if self.lines != lines:
            raise ControlFailed(
                _("%(read)s lignes ont été lues alors que %(counted)s étaient comptées.")
                % {"read": self.lines, "counted": lines}
            )
        for state in self.journals.values():
            if state.debit_cents != state.credit_cents:
                raise ControlFailed(
                    _("Le journal %(journal)s n’est pas équilibré.") % {"journal": state.code}
                )

    def _see(self, ecriture: Final) -> None:
        state = self.journals[ecriture.journal]
        again = ecriture.exercice != state.exercice and bool(state.exercice)
        expected = 1 if again else state.number + 1
        if ecriture.number != expected:
            raise ControlFailed(
                _("Journal %(journal)s, exercice %(year)s : le numéro %(expected)s manque.")
                % {
                    "journal": ecriture.journal,
                    "year": ecriture.exercice,
                    "expected": expected,
                }
            )
        if ecriture.previous_hash != state.hash:
            raise ControlFailed(_about(ecriture, _("elle ne suit pas celle d’avant")))
        debit = sum(line.debit_cents for line in ecriture.lines)
        credit = sum(line.credit_cents for line in ecriture.lines)
        if debit != credit or len(ecriture.lines) < 2:
            raise ControlFailed(_about(ecriture, _("elle n’est pas équilibrée")))
        state.number, state.exercice, state.hash = expected, ecriture.exercice, ecriture.hash
        state.ecritures += 1
        state.lines += len(ecriture.lines)
        state.debit_cents += debit
        state.credit_cents += credit


def _about(ecriture: Final, what: str) -> str:
    words = _("Écriture %(number)s de %(year)s du journal %(journal)s : %(what)s.")
    return words % {
        "number": ecriture.number,
        "year": ecriture.exercice,
        "journal": ecriture.journal,
        "what": what,
    }
