"""Checks the fields of a record one by one, and counts what the header announced."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from echanges.lines.problems import FileRefused, Problem, sentence_of
from echanges.lines.records import Record
from echanges.lines.schema import (
    CENTS_TOTAL,
    FIELDS,
    HEADER,
    HEADER_FIELDS,
    LINES_TOTAL,
    VERSION,
    Kind,
)

Totals = dict[str, dict[str, int]]
#: Dates, codes and amounts come again and again: those already found right are not read again.
_REMEMBERED = 20_000
_REQUIRED = {
    kind.value: frozenset(field.name for field in FIELDS[kind] if field.required) for kind in Kind
}
_CHECKS = {kind.value: {field.name: field.value.check for field in FIELDS[kind]} for kind in Kind}


@dataclass(frozen=True, slots=True)
class Header:
    """The first record: whose file, of which day, and what it should hold."""

    caisse: str
    day_on: date
    sequence: int
    corrects: UUID | None
    totals: Totals


class Checker:
    """Checks records of one file; remembers the values that it found right."""

    def __init__(self) -> None:
        self._right: dict[str, dict[str, set[str]]] = {
            kind.value: {f.name: set() for f in FIELDS[kind]} for kind in Kind
        }

    def check(self, record: Record) -> list[Problem]:
        """Every problem of a record, those of its form first."""
        kind, values, problems = record.kind, record.values, record.problems
        if not _REQUIRED[kind] <= values.keys():
            named = {problem.field for problem in problems}
            missing = sorted(_REQUIRED[kind] - values.keys() - named)
            problems.extend(Problem(name, "CHAMP_MANQUANT") for name in missing)
        known = self._right[kind]
        for name, value in values.items():
            right = known[name]
            if value not in right:
                wrong = _CHECKS[kind][name](value)
                if wrong is not None:
                    problems.append(Problem(name, *wrong))
                elif len(right) < _REMEMBERED:
                    right.add(value)
        if not problems:
            _compare(record, problems)
        return problems


def _compare(record: Record, problems: list[Problem]) -> None:
    """What two fields of one line say together."""
    values = record.values
    if record.kind == Kind.CREANCE and values["periode_fin"] < values["periode_debut"]:
        problems.append(Problem("periode_fin", "PERIODE_INVERSEE"))
    elif record.kind == Kind.MOIS and int(values["verse_centimes"]) <= int(values["du_centimes"]):
        problems.append(Problem("verse_centimes", "MOIS_SANS_TROP_VERSE"))
    elif record.kind == Kind.ETAT and values.get("jusqu_au", "9") < values["effet"]:
        problems.append(Problem("jusqu_au", "PERIODE_INVERSEE"))


def header_of(record: Record | None) -> Header:
    """The header read from the first record. Raises ``FileRefused`` with what is wrong."""
    if record is None:
        raise FileRefused(_("Ce fichier est vide."))
    if record.kind != HEADER:
        problems = record.problems or [Problem("type", "TYPE_INCONNU", record.kind)]
        if record.kind in FIELDS:
            raise FileRefused(_("Le premier enregistrement doit être l’en-tête (type « entete »)."))
    else:
        problems = record.problems + _problems_of_header(record.values)
    if problems:
        raise FileRefused(_("En-tête refusé. %(why)s") % {"why": said(problems[:5])})
    values = record.values
    if values["schema"] != VERSION:
        raise FileRefused(
            _("Le schéma « %(schema)s » n’est pas connu : ce portail lit le schéma « 1 ».")
            % {"schema": values["schema"]}
        )
    return Header(
        caisse=values["caisse"],
        day_on=date.fromisoformat(values["journee"]),
        sequence=int(values["sequence"]),
        corrects=UUID(values["corrige"]) if "corrige" in values else None,
        totals={
            kind.value: {
                "lines": int(values[name]),
                "cents": int(values[CENTS_TOTAL[kind]]) if kind in CENTS_TOTAL else 0,
            }
            for kind, name in LINES_TOTAL.items()
        },
    )


def said(problems: list[Problem]) -> str:
    """Problems of one record as one sentence each, with the name of the field."""
    return " ".join(
        f"{problem.field} : {sentence_of(problem.code, problem.detail)}" for problem in problems
    )


def _problems_of_header(values: dict[str, str]) -> list[Problem]:
    problems = []
    for each in HEADER_FIELDS:
        value = values.get(each.name)
        wrong: Any = each.required and ("CHAMP_MANQUANT", "")
        if value is not None:
            wrong = each.value.check(value)
        if wrong:
            problems.append(Problem(each.name, *wrong))
    return problems


@dataclass(slots=True)
class Count:
    """Lines and cents read so far, by kind; all lines, those of no known kind included."""

    lines: int = 0
    by_kind: Totals = field(
        default_factory=lambda: {kind.value: {"lines": 0, "cents": 0} for kind in Kind}
    )

    def add(self, record: Record) -> None:
        """Count a record as it says itself, right or wrong; an unreadable amount counts for 0."""
        self.lines += 1
        counted = self.by_kind.get(record.kind)
        if counted is None:
            return
        counted["lines"] += 1
        values = record.values
        if "montant_centimes" in values:
            counted["cents"] += _whole(values["montant_centimes"])
        elif record.kind == Kind.MOIS:
            counted["cents"] += _whole(values.get("verse_centimes", ""))
            counted["cents"] -= _whole(values.get("du_centimes", ""))

    def differences(self, announced: Totals) -> list[str]:
        """What does not match, in words; empty when all does."""
        words = {"lines": _("lignes"), "cents": _("centimes")}
        return [
            _("%(kind)s : %(announced)s %(unit)s annoncés, %(counted)s comptés")
            % {
                "kind": kind,
                "unit": words[unit],
                "announced": announced[kind][unit],
                "counted": self.by_kind[kind][unit],
            }
            for kind in announced
            for unit in announced[kind]
            if announced[kind][unit] != self.by_kind[kind][unit]
        ]


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 12 else 0
