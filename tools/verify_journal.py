#!/usr/bin/env python3
"""Says whether an exported journal holds: bytes, numbers, hash chain, balances. And where not.

    python3 tools/verify_journal.py FILE [--seals FILE] [--sha256 HEX] [--json]

One file, the standard library of Python 3.11 or later, nothing of the portal: whoever doubts the
portal can read it, and run it elsewhere. The formats are specified in docs/journal-format.md; the
file's content says which one it is. It is read once, line by line, and only the state of each
journal is kept.

Exit code: 0 everything holds, 1 something does not, 2 the file cannot be read.
"""

import argparse
import csv
import hashlib
import io
import json
import re
import sys
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

SHOWN, LOOK_AHEAD, LONGEST_LINE = 100, 200, 16 * 2**20
NO_HASH, OPENING, MOST = "0" * 64, "AN", 2**63 - 1
FORMULA = ("=", "+", "-", "@", "\t", "\r")
FEC_COLUMNS = [
    "JournalCode", "JournalLib", "EcritureNum", "EcritureDate", "CompteNum", "CompteLib",
    "CompAuxNum", "CompAuxLib", "PieceRef", "PieceDate", "EcritureLib", "Debit", "Credit",
    "EcritureLet", "DateLet", "ValidDate", "Montantdevise", "Idevise",
]  # fmt: skip
FEC_TEXTS = (0, 1, 5, 6, 8, 10, 13)
CSV_COLUMNS = [
    "Caisse", "Journal", "JournalLib", "Exercice", "Numero", "DateComptable", "DateOrigine",
    "DateValidation", "Tardive", "Piece", "Libelle", "Evenement", "Annule", "Identifiant",
    "Position", "Compte", "CompteLib", "Auxiliaire", "LigneLib", "Debit", "Credit", "Lettrage",
    "DateLettrage", "EmpreintePrecedente", "Empreinte",
]  # fmt: skip
CSV_TEXTS = (1, 2, 9, 10, 11, 16, 17, 18, 21)
SEALS_COLUMNS = [
    "Caisse", "Journal", "Exercice", "Numero", "Libelle", "EmpreintePrecedente", "Empreinte",
]  # fmt: skip


# --- What is found -----------------------------------------------------------------------------


class Unreadable(Exception):
    """The file cannot be judged at all; the message is for the person."""


class Misread(Exception):
    """A line has not the form of its place; the message says why."""


class Where(NamedTuple):
    """Where something is: line 0 is the file as a whole."""

    line: int = 0
    journal: str = ""
    exercice: int = 0
    number: int = 0
    seals: bool = False

    def __str__(self) -> str:
        parts = ["scellés"] if self.seals else []
        parts += [f"ligne {self.line}"] if self.line else []
        parts += [f"journal {self.journal}"] if self.journal else []
        parts += [f"écriture {self.number} de {self.exercice}"] if self.number else []
        return shown(", ".join(parts) or "fichier")


WHOLE = Where()


@dataclass
class Report:
    """Breaches, the first ones in full and the others counted, and what could not be proved."""

    breaches: list[tuple[Where, str]] = field(default_factory=list)
    total: int = 0
    remarks: list[str] = field(default_factory=list)

    def breach(self, where: Where, what: str) -> None:
        self.total += 1
        if self.total <= SHOWN:
            self.breaches.append((where, what))


def shown(text: str) -> str:
    """Text of the file that no terminal obeys."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)


# --- Small forms -------------------------------------------------------------------------------

_INTEGER = re.compile(r"0|[1-9][0-9]{0,17}")
_AMOUNT = re.compile(r"(?:0|[1-9][0-9]{0,15}),[0-9]{2}")
_COMPTE = re.compile(r"[0-9]{3,}")
_HASH = re.compile(r"[0-9a-f]{64}")
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_EVENT = re.compile(r"[A-Z][A-Z0-9_]*")
_ESCAPE = re.compile(r"\\(?:x[0-9a-f]{2}|u[0-9a-f]{4}|U[0-9a-f]{8})")


@lru_cache(4096)
def iso_day(text: str) -> str:
    """``2026-03-02`` as ``20260302``, empty when it is not a date."""
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        return ""
    try:
        return date.fromisoformat(text).strftime("%Y%m%d").zfill(8)
    except ValueError:
        return ""


@lru_cache(4096)
def compact_day(text: str) -> str:
    """``20260302`` as it is, empty when it is not a date."""
    return iso_day(f"{text[:4]}-{text[4:6]}-{text[6:]}")


def instant(text: str) -> datetime | None:
    """``2026-03-04T05:00:00Z``, or nothing."""
    try:
        return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ") if len(text) == 20 else None  # noqa: DTZ007 - UTC by definition
    except ValueError:
        return None


def cents(text: str) -> int:
    """``240,00`` as 24000, -1 when it is no amount."""
    return int(text.replace(",", "")) if _AMOUNT.fullmatch(text) else -1


def integer(text: str) -> int:
    """Digits without leading zero, -1 for anything else."""
    return int(text) if _INTEGER.fullmatch(text) else -1


def is_text(value: object) -> bool:
    """A text as the format leaves it: no TAB, CR or LF."""
    return type(value) is str and not ("\t" in value or "\r" in value or "\n" in value)


def is_filled(value: object) -> bool:
    """A text with something in it."""
    return is_text(value) and value != ""


def euros(amount_cents: int) -> str:
    """Cents as people read them."""
    return f"{amount_cents // 100},{amount_cents % 100:02d}"


def unguarded(cell: str) -> str | None:
    """The text behind a cell protected against formulas; nothing when it was not protected so."""
    risky = cell.lstrip("'").startswith(FORMULA)
    if not risky:
        return cell
    return cell[1:] if cell.startswith("'") else None


def unescaped(cell: str) -> str | None:
    """The text behind a cell of a FEC in ISO 8859-15; nothing when it is not escaped as it must."""
    if "\\" not in cell:
        return cell
    try:
        text = _ESCAPE.sub(lambda found: chr(int(found[0][2:], 16)), cell)
    except (ValueError, OverflowError):
        return None
    again = text.replace("\\", r"\x5c").encode("iso-8859-15", "backslashreplace")
    return text if again.decode("iso-8859-15") == cell else None


# --- Files, line by line -----------------------------------------------------------------------


class Lines:
    """The lines of a file, without their LF, and the hash of what came before the current one."""

    def __init__(self, path: Path, report: Report, *, seals: bool = False) -> None:
        self.report, self.seals, self.number = report, seals, 0
        self._path, self._sha = path, hashlib.sha256()

    def __iter__(self) -> Iterator[bytes]:
        """Raises ``Unreadable``."""
        try:
            with self._path.open("rb") as file:
                while raw := file.readline(LONGEST_LINE):
                    self.number += 1
                    if not raw.endswith(b"\n"):
                        self.breach("la ligne ne finit pas (fichier coupé ?) ou dépasse 16 Mio")
                    yield raw[:-1] if raw.endswith(b"\n") else raw
                    self._sha.update(raw)
        except OSError as error:
            raise Unreadable(f"{self._path} : {error.strerror or error}") from error

    def before(self) -> str:
        """SHA-256 of all bytes before the current line, or of the whole file once it is read."""
        return self._sha.hexdigest()

    def breach(self, what: str) -> None:
        """Something is wrong with the current line."""
        self.report.breach(Where(self.number, seals=self.seals), what)


def sha_of(path: Path) -> str:
    """SHA-256 of a whole file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def charset_in(path: Path) -> str:
    """The charset of the FEC that the EXPORT line of its seals names, near their end."""
    with path.open("rb") as file:
        file.seek(max(path.stat().st_size - 2**20, 0))
        export = next((line for line in file if line.startswith(b"EXPORT;")), b"")
    return "iso-8859-15" if b";iso-8859-15;" in export else "utf-8"


# --- What every format says --------------------------------------------------------------------


class Head(NamedTuple):
    """What an écriture says once. Days are ``YYYYMMDD``. Without seals, a FEC has no hashes."""

    caisse: str
    journal: str
    exercice: int
    number: int
    accounting_on: str
    piece: str
    origin_on: str
    label: str
    validated_on: str
    previous_hash: str = ""
    hash: str = ""

    def canonical(self) -> bytes:
        """The first line of the canonical form."""
        return (
            f"{self.previous_hash}\t{self.caisse}\t{self.journal}\t{self.exercice}\t{self.number}\t"
            f"{self.accounting_on}\t{self.piece}\t{self.origin_on}\t{self.label}\t"
            f"{self.validated_on}\n"
        ).encode("utf-8", "surrogatepass")


class Ligne(NamedTuple):
    """One line of an écriture; amounts in cents."""

    position: int
    compte: str
    auxiliaire: str
    label: str
    debit: int
    credit: int

    def canonical(self) -> bytes:
        """Its line of the canonical form."""
        return (
            f"{self.position}\t{self.compte}\t{self.auxiliaire}\t{self.label}\t{self.debit}\t"
            f"{self.credit}\n"
        ).encode("utf-8", "surrogatepass")


@dataclass
class State:
    """What is kept of a journal, or of the whole file."""

    ecritures: int = 0
    lines: int = 0
    debit: int = 0
    credit: int = 0
    first: Head | None = None
    first_at: Where = WHOLE
    last: Head | None = None

    def add(self, other: "State") -> None:
        self.ecritures += other.ecritures
        self.lines += other.lines
        self.debit += other.debit
        self.credit += other.credit


@dataclass
class Claimed:
    """What the file says of a journal at its beginning and at its end."""

    code: str
    previous_number: int
    previous_hash: str
    last_number: int
    last_hash: str


@dataclass
class Summary:
    """What the file says of itself. Days are ``YYYYMMDD``."""

    caisse: str
    siren: str
    from_on: str
    to_on: str
    as_of: str
    ecritures: int
    lines: int
    debit: int
    credit: int
    journals: list[Claimed]

    def faults(self) -> Iterator[str]:
        """What cannot be, whatever the écritures."""
        if not re.fullmatch("[0-9]{3}", self.caisse):
            yield "le code de la caisse n’a pas trois chiffres"
        if not re.fullmatch("[0-9]{9}", self.siren):
            yield "le SIREN n’a pas neuf chiffres"
        if not (self.from_on and self.to_on and self.from_on <= self.to_on):
            yield "la période n’en est pas une"
        if instant(self.as_of) is None:
            yield "l’instant d’arrêté n’est pas un instant UTC"
        codes = [journal.code for journal in self.journals]
        if codes != sorted(set(codes)) or OPENING in codes or not all(map(is_filled, codes)):
            yield "les codes de journaux doivent être triés, uniques et autres que AN"
        for one in self.journals:
            if not (_HASH.fullmatch(one.previous_hash) and _HASH.fullmatch(one.last_hash)):
                yield f"une empreinte du journal {shown(one.code)} n’en est pas une"
            if one.previous_hash == NO_HASH and one.previous_number:
                yield f"le journal {shown(one.code)} a un numéro précédent et pas d’empreinte"


class Ledger:
    """Écritures as they come: checks each one, and keeps the state of each journal."""

    def __init__(self, report: Report, *, fec: bool = False) -> None:
        self.report, self.fec = report, fec
        self.journals: dict[str, State] = {}
        self.total = State()
        self.earliest: tuple[str, Where] = ("99999999", Where())
        self.latest: tuple[str, Where] = ("", Where())
        self.latest_validation: tuple[str, Where] = ("", Where())
        self._head: Head | None = None
        self._at = Where()
        self._sum = State()
        self._sha = hashlib.sha256()
        self._order: tuple[str, ...] = ()

    def breach(self, what: str) -> None:
        """Something is wrong with the current écriture."""
        self.report.breach(self._at, what)

    def begin(self, head: Head, line: int) -> None:
        """A new écriture; the one before is over."""
        self.end()
        self._head, self._sum = head, State()
        self._at = Where(line, head.journal, head.exercice, head.number)
        self._sha = hashlib.sha256(head.canonical())

    def line(self, ligne: Ligne, line: int) -> None:
        """A line of the current écriture, at this line of the file."""
        self._sum.lines += 1
        self._sum.debit += ligne.debit
        self._sum.credit += ligne.credit
        self._sha.update(ligne.canonical())
        where = self._at._replace(line=line)
        if ligne.position != self._sum.lines:
            self.report.breach(where, f"position {ligne.position} au lieu de {self._sum.lines}")
        if not _COMPTE.fullmatch(ligne.compte):
            self.report.breach(where, "le numéro de compte n’a pas trois chiffres au moins")
        if (ligne.debit > 0) == (ligne.credit > 0):
            self.report.breach(where, "une ligne a un débit ou un crédit, et un seul")

    def end(self) -> None:
        """The current écriture is whole: judge it, and add it to its journal."""
        head, here = self._head, self._sum
        if head is None:
            return
        self._head, here.ecritures = None, 1
        if here.lines < 2:
            self.breach("moins de deux lignes")
        if here.debit != here.credit:
            self.breach(f"débit {euros(here.debit)}, crédit {euros(here.credit)} : pas d’équilibre")
        if head.hash and self._sha.hexdigest() != head.hash:
            self.breach("l’empreinte n’est pas celle du contenu")
        self._dates(head)
        state = self.journals.setdefault(head.journal, State(first=head, first_at=self._at))
        if head.journal == OPENING:
            self._opening(head)
        else:
            self._place(head, state.last)
            self.total.add(here)
        state.add(here)
        state.last = head

    def _dates(self, head: Head) -> None:
        if not head.origin_on <= head.accounting_on <= head.validated_on:
            self.breach("dates dans le désordre : fait, comptable, validation")
        if str(head.exercice) != head.accounting_on[:4].lstrip("0"):
            self.breach("l’exercice n’est pas l’année de la date comptable")
        if head.accounting_on < self.earliest[0]:
            self.earliest = (head.accounting_on, self._at)
        if head.accounting_on > self.latest[0]:
            self.latest = (head.accounting_on, self._at)
        if head.validated_on > self.latest_validation[0]:
            self.latest_validation = (head.validated_on, self._at)

    def _opening(self, head: Head) -> None:
        """The opening balances of a FEC: one écriture, first, on the first day of the exercice."""
        first_day = f"{head.exercice:04d}0101"
        if not self.fec:
            self.breach("le journal AN n’existe que dans un FEC")
        if self.total.ecritures or self.journals[OPENING].ecritures:
            self.breach("les à-nouveaux ne sont qu’une écriture, la première du fichier")
        if head.number != 1 or {head.accounting_on, head.origin_on, head.validated_on} != {
            first_day
        }:
            self.breach("les à-nouveaux portent le numéro 1 et la date du 1er janvier")

    def _place(self, head: Head, last: Head | None) -> None:
        """Number, link and order after the écriture before it, in its journal and in the file."""
        number = f"{head.number:018d}"
        place = (head.journal, f"{head.exercice:04d}", number)
        order = (head.validated_on, *place) if self.fec else place
        if order <= self._order:
            self.breach("cette écriture n’est pas à sa place dans l’ordre du fichier")
        self._order = order
        if last is None:
            return
        if head.exercice < last.exercice:
            self.breach("l’exercice recule")
        expected = last.number + 1 if head.exercice == last.exercice else 1
        if head.number != expected:
            self.breach(f"numéro {expected} attendu : la suite est rompue")
        if head.previous_hash and last.hash and head.previous_hash != last.hash:
            self.breach("l’empreinte précédente n’est pas celle de l’écriture d’avant")
        if head.accounting_on < last.accounting_on or head.validated_on < last.validated_on:
            self.breach("la date comptable ou de validation recule dans le journal")

    def compare(self, summary: Summary, *, seals: bool = False) -> None:
        """What the file says of itself is what was read."""
        whole = Where(seals=seals)
        for fault in summary.faults():
            self.report.breach(whole, fault)
        for name, said, read in (
            ("écritures", summary.ecritures, self.total.ecritures),
            ("lignes", summary.lines, self.total.lines),
            ("centimes au débit", summary.debit, self.total.debit),
            ("centimes au crédit", summary.credit, self.total.credit),
        ):
            if said != read:
                self.report.breach(whole, f"{said} {name} annoncés, {read} lus")
        self._compare_period(summary)
        claimed = {journal.code for journal in summary.journals}
        for code in sorted(set(self.journals) - claimed - {OPENING}):
            self.report.breach(whole, f"le journal {shown(code)} n’est pas annoncé")
        for journal in summary.journals:
            self._compare_journal(journal, self.journals.get(journal.code))

    def _compare_period(self, summary: Summary) -> None:
        if self.latest[0]:
            if self.earliest[0] < summary.from_on:
                self.report.breach(self.earliest[1], "date comptable avant la période du fichier")
            if self.latest[0] > summary.to_on:
                self.report.breach(self.latest[1], "date comptable après la période du fichier")
        as_of = instant(summary.as_of)
        # Paris is at most two hours ahead of UTC.
        if as_of and self.latest_validation[0] > f"{as_of + timedelta(hours=2):%Y%m%d}":
            self.report.breach(self.latest_validation[1], "validée après l’arrêté du fichier")

    def _compare_journal(self, said: Claimed, state: State | None) -> None:
        if state is None or state.first is None or state.last is None:
            if (said.last_number, said.last_hash) != (said.previous_number, said.previous_hash):
                self.report.breach(Where(0, said.code), "journal sans écriture, mais qui avance")
            return
        if state.first.number != said.previous_number + 1:
            self.report.breach(
                state.first_at, f"numéro {said.previous_number + 1} attendu en premier"
            )
        if state.first.previous_hash not in ("", said.previous_hash):
            self.report.breach(
                state.first_at, "l’empreinte précédente n’est pas celle d’avant le fichier"
            )
        if state.last.number != said.last_number:
            self.report.breach(
                Where(0, said.code),
                f"dernier numéro {said.last_number} annoncé, {state.last.number} lu",
            )
        if state.last.hash not in ("", said.last_hash):
            self.report.breach(
                Where(0, said.code), "la dernière empreinte n’est pas celle annoncée"
            )


# --- JSON Lines --------------------------------------------------------------------------------

Shape = Mapping[str, Callable[[Any], bool]]


def _whole(value: object) -> bool:
    return type(value) is int and 0 <= value <= MOST


def _day(value: object) -> bool:
    return type(value) is str and bool(iso_day(value))


def _matching(pattern: re.Pattern[str]) -> Callable[[object], bool]:
    return lambda value: type(value) is str and pattern.fullmatch(value) is not None


def _list(value: object) -> bool:
    return type(value) is list


_is_hash, _is_uuid = _matching(_HASH), _matching(_UUID)
HEADER: Shape = {
    "format": lambda value: value == "caf-journal",
    "version": lambda value: _whole(value) and value == 1,
    "caisse": is_filled,
    "siren": is_filled,
    "caisse_label": is_filled,
    "from_on": _day,
    "to_on": _day,
    "as_of": is_filled,
    "journals": _list,
}
HEADER_JOURNAL: Shape = {
    "code": is_filled,
    "label": is_filled,
    "previous_hash": _is_hash,
    "previous_number": _whole,
}
ECRITURE: Shape = {
    "journal": is_filled,
    "exercice": lambda value: _whole(value) and value <= 9999,
    "number": lambda value: _whole(value) and value > 0,
    "accounting_on": _day,
    "origin_on": _day,
    "validated_on": _day,
    "piece": is_filled,
    "label": is_filled,
    "event": _matching(_EVENT),
    "late": lambda value: type(value) is bool,
    "reverses": lambda value: value is None or _is_uuid(value),
    "id": _is_uuid,
    "lines": _list,
    "previous_hash": _is_hash,
    "hash": _is_hash,
}
LINE: Shape = {
    "position": _whole,
    "compte": is_text,
    "compte_label": is_filled,
    "auxiliaire": is_text,
    "label": is_filled,
    "debit_cents": _whole,
    "credit_cents": _whole,
    "let": is_text,
    "let_on": lambda value: value is None or _day(value),
}
END: Shape = {
    "end": lambda value: value is True,
    "ecritures": _whole,
    "lines": _whole,
    "debit_cents": _whole,
    "credit_cents": _whole,
    "journals": _list,
    "sha256": _is_hash,
}
END_JOURNAL: Shape = {"code": is_filled, "last_number": _whole, "last_hash": _is_hash}


def misshapen(value: object, shape: Shape) -> str:
    """Why an object has not the keys and kinds of its place, or nothing."""
    if type(value) is not dict or tuple(value) != tuple(shape):
        return "les clés ne sont pas celles du format, dans leur ordre"
    for key, test in shape.items():
        if not test(value[key]):
            return f"la valeur de « {key} » n’est pas de celles du format"
    return ""


def all_misshapen(value: Any, shape: Shape, inner: str, inner_shape: Shape) -> str:
    """The same for an object and the objects of one of its lists."""
    if wrong := misshapen(value, shape):
        return wrong
    return next(filter(None, (misshapen(one, inner_shape) for one in value[inner])), "")


class JsonFile:
    """A file in JSON Lines."""

    def __init__(self, lines: Lines, report: Report) -> None:
        self.lines, self.report, self.ledger = lines, report, Ledger(report)
        self.header: dict[str, Any] | None = None
        self.footer: dict[str, Any] | None = None

    def check(self) -> Ledger:
        """Read it all."""
        for raw in self.lines:
            if self.footer is not None:
                self.lines.breach("quelque chose suit la fin du fichier")
                break
            value = self._value(raw)
            if type(value) is dict:
                self._object(value)
        self.ledger.end()
        if self.header is None:
            self.report.breach(Where(1), "pas d’en-tête")
        if self.footer is None:
            self.report.breach(Where(), "le fichier est coupé : la ligne de fin manque")
        if self.header and self.footer:
            self._compare(self.header, self.footer)
        return self.ledger

    def _value(self, raw: bytes) -> object:
        try:
            text = raw.decode()
            value = json.loads(text)
            written = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        except (ValueError, RecursionError):
            self.lines.breach("la ligne n’est pas du JSON en UTF-8")
            return None
        if written != text:
            self.lines.breach("la ligne n’est pas écrite sous sa forme exacte")
        if type(value) is not dict:
            self.lines.breach("la ligne n’est pas un objet")
        return value

    def _object(self, value: dict[str, Any]) -> None:
        if self.lines.number == 1:
            wrong = all_misshapen(value, HEADER, "journals", HEADER_JOURNAL)
            self.header = None if wrong else value
        elif "end" in value:
            wrong = all_misshapen(value, END, "journals", END_JOURNAL)
            self.footer = None if wrong else value
            if not wrong and value["sha256"] != self.lines.before():
                wrong = "le SHA-256 n’est pas celui du fichier : des octets ont changé"
        else:
            wrong = all_misshapen(value, ECRITURE, "lines", LINE)
            if not wrong:
                self._ecriture(value)
        if wrong:
            self.lines.breach(wrong)

    def _ecriture(self, value: dict[str, Any]) -> None:
        line = self.lines.number
        head = Head(
            self.header["caisse"] if self.header else "",
            value["journal"],
            value["exercice"],
            value["number"],
            iso_day(value["accounting_on"]),
            value["piece"],
            iso_day(value["origin_on"]),
            value["label"],
            iso_day(value["validated_on"]),
            value["previous_hash"],
            value["hash"],
        )
        self.ledger.begin(head, line)
        if value["late"] != (head.origin_on < head.accounting_on):
            self.ledger.breach("« late » ne dit pas ce que disent les dates")
        if value["reverses"] == value["id"]:
            self.ledger.breach("une écriture ne s’annule pas elle-même")
        for one in value["lines"]:
            if (one["let"] == "") != (one["let_on"] is None):
                self.ledger.breach("code et date de lettrage vont ensemble")
            self.ledger.line(
                Ligne(
                    one["position"],
                    one["compte"],
                    one["auxiliaire"],
                    one["label"],
                    one["debit_cents"],
                    one["credit_cents"],
                ),
                line,
            )

    def _compare(self, header: dict[str, Any], footer: dict[str, Any]) -> None:
        before, after = header["journals"], footer["journals"]
        if [one["code"] for one in before] != [one["code"] for one in after]:
            self.report.breach(Where(), "l’en-tête et la fin ne nomment pas les mêmes journaux")
        journals = [
            Claimed(
                one["code"],
                one["previous_number"],
                one["previous_hash"],
                other["last_number"],
                other["last_hash"],
            )
            for one, other in zip(before, after, strict=False)
        ]
        self.ledger.compare(
            Summary(
                header["caisse"],
                header["siren"],
                iso_day(header["from_on"]),
                iso_day(header["to_on"]),
                header["as_of"],
                footer["ecritures"],
                footer["lines"],
                footer["debit_cents"],
                footer["credit_cents"],
                journals,
            )
        )


# --- CSV ---------------------------------------------------------------------------------------


def cells_of(text: str) -> list[str]:
    """The cells of a line; raises ``Misread`` when it is not written as it must be."""
    if '"' not in text:
        return text.split(";")
    try:
        rows = list(csv.reader([text], delimiter=";", strict=True))
    except csv.Error:
        rows = []
    again = (
        '"' + cell.replace('"', '""') + '"' if ";" in cell or '"' in cell else cell
        for row in rows
        for cell in row
    )
    if len(rows) != 1 or ";".join(again) != text:
        raise Misread("la ligne n’est pas écrite sous sa forme exacte")
    return rows[0]


def decoded_cells(raw: bytes) -> list[str]:
    """The cells of a line of bytes; raises ``Misread``."""
    try:
        return cells_of(raw.decode())
    except UnicodeDecodeError as error:
        raise Misread("la ligne n’est pas en UTF-8") from error


class Trailer:
    """The EXPORT, JOURNAL and FIN lines of a CSV or of seals."""

    def __init__(self, lines: Lines, cells_of_export: int) -> None:
        self.lines, self._cells_of_export = lines, cells_of_export
        self.journals: list[Claimed] = []
        self.export: list[str] = []
        self.end: list[str] = []

    def takes(self, cells: list[str]) -> bool:
        """Read one of its lines; False when it is a line of the body. Raises ``Misread``."""
        kind = cells[0]
        if self.end:
            self.lines.breach("quelque chose suit la ligne FIN")
        elif kind == "EXPORT" and not self.export:
            self._export(cells)
        elif kind == "JOURNAL" and self.export:
            self._journal(cells)
        elif kind == "FIN" and self.export:
            self._end(cells)
        elif self.export or kind in ("JOURNAL", "FIN"):
            self.lines.breach("cette ligne n’est pas à sa place parmi EXPORT, JOURNAL et FIN")
        else:
            return False
        return True

    def _export(self, cells: list[str]) -> None:
        if len(cells) != self._cells_of_export or cells[1] != "1":
            raise Misread("la ligne EXPORT n’a pas la forme du format, version 1")
        if not is_filled(unguarded(cells[4])):
            self.lines.breach("le nom de la caisse est vide ou non protégé")
        self.export = cells

    def _journal(self, cells: list[str]) -> None:
        texts = [unguarded(cell) for cell in cells[1:3]]
        numbers = [integer(cell) for cell in cells[3:6:2]]
        if len(cells) != 7 or not all(map(is_filled, texts)) or min(numbers) < 0:
            raise Misread("la ligne JOURNAL n’a pas la forme du format")
        self.journals.append(Claimed(str(texts[0]), numbers[0], cells[4], numbers[1], cells[6]))

    def _end(self, cells: list[str]) -> None:
        if len(cells) != 6:
            raise Misread("la ligne FIN n’a pas la forme du format")
        self.end = cells
        if cells[5] != self.lines.before():
            self.lines.breach("le SHA-256 n’est pas celui du fichier : des octets ont changé")

    def summary(self) -> Summary | None:
        """What it says, or nothing when it is not whole."""
        if not self.end:
            self.lines.report.breach(
                Where(seals=self.lines.seals),
                "le fichier est coupé : les lignes EXPORT et FIN manquent",
            )
            return None
        return Summary(
            self.export[2],
            self.export[3],
            iso_day(self.export[5]),
            iso_day(self.export[6]),
            self.export[7],
            integer(self.end[1]),
            integer(self.end[2]),
            cents(self.end[3]),
            cents(self.end[4]),
            self.journals,
        )


class CsvFile:
    """A CSV, one line for each line of écriture."""

    def __init__(self, lines: Lines, report: Report) -> None:
        self.lines, self.report, self.ledger = lines, report, Ledger(report)
        self.trailer = Trailer(lines, 8)
        self._current: list[str] = []
        self._caisses: set[str] = set()

    def check(self) -> Ledger:
        """Read it all."""
        for raw in self.lines:
            try:
                self._cells(decoded_cells(raw))
            except Misread as why:
                self.lines.breach(str(why))
        self.ledger.end()
        if summary := self.trailer.summary():
            self.ledger.compare(summary)
            if self._caisses - {summary.caisse}:
                self.report.breach(
                    Where(), "des lignes sont d’une autre caisse que la ligne EXPORT"
                )
        return self.ledger

    def _cells(self, cells: list[str]) -> None:
        if self.lines.number == 1:
            if cells != CSV_COLUMNS:
                raise Misread("les colonnes ne sont pas celles du format")
        elif not self.trailer.takes(cells):
            self._row(cells)

    def _row(self, cells: list[str]) -> None:
        if len(cells) != len(CSV_COLUMNS):
            raise Misread(f"{len(cells)} cellules au lieu de {len(CSV_COLUMNS)}")
        repeated = cells[:14] + cells[23:]
        texts = dict(zip(CSV_TEXTS, (unguarded(cells[n]) for n in CSV_TEXTS), strict=True))
        if wrong := self._wrong(cells, texts):
            raise Misread(wrong)
        if repeated != self._current:
            if repeated[1:5] == self._current[1:5]:
                self.lines.breach("les lignes de cette écriture ne disent pas la même chose d’elle")
            self._current = repeated
            self._caisses = {*self._caisses, cells[0]} if len(self._caisses) < 9 else self._caisses
            self._begin(cells, texts)
        ligne = Ligne(
            integer(cells[14]),
            cells[15],
            str(texts[17]),
            str(texts[18]),
            cents(cells[19]),
            cents(cells[20]),
        )
        self.ledger.line(ligne, self.lines.number)

    def _wrong(self, cells: list[str], texts: dict[int, str | None]) -> str:
        """Why the cells of a line cannot be read, or nothing."""
        for n, text in texts.items():
            if not (is_text(text) if n in (17, 21) else is_filled(text)):
                return f"{CSV_COLUMNS[n]} : texte vide, non protégé ou illisible"
        for n in (3, 4, 14, 19, 20):
            if (cents(cells[n]) if n > 14 else integer(cells[n])) < 0:
                return f"{CSV_COLUMNS[n]} : nombre mal écrit"
        for n in (5, 6, 7, 22):
            if not iso_day(cells[n]) and (n != 22 or cells[n]):
                return f"{CSV_COLUMNS[n]} : pas une date"
        if (cells[21] == "") != (cells[22] == ""):
            return "code et date de lettrage vont ensemble"
        if not (_HASH.fullmatch(cells[23]) and _HASH.fullmatch(cells[24])):
            return "une empreinte n’en est pas une"
        return ""

    def _begin(self, cells: list[str], texts: dict[int, str | None]) -> None:
        head = Head(
            cells[0],
            str(texts[1]),
            integer(cells[3]),
            integer(cells[4]),
            iso_day(cells[5]),
            str(texts[9]),
            iso_day(cells[6]),
            str(texts[10]),
            iso_day(cells[7]),
            cells[23],
            cells[24],
        )
        self.ledger.begin(head, self.lines.number)
        if cells[8] != ("oui" if head.origin_on < head.accounting_on else "non"):
            self.ledger.breach("« Tardive » ne dit pas ce que disent les dates")
        if not _UUID.fullmatch(cells[13]) or not _UUID.fullmatch(cells[12] or cells[13]):
            self.ledger.breach("un identifiant n’en est pas un")
        if cells[12] == cells[13]:
            self.ledger.breach("une écriture ne s’annule pas elle-même")
        if not _EVENT.fullmatch(str(texts[11])):
            self.ledger.breach("l’événement n’est pas un mot en capitales")


# --- FEC and its seals -------------------------------------------------------------------------


class Seal(NamedTuple):
    """What the seals say of one écriture."""

    key: tuple[str, int, int]
    caisse: str
    label: str
    previous_hash: str
    hash: str
    line: int


class Seals:
    """The file of seals, read beside the FEC; a few seals ahead, to find the place again."""

    def __init__(self, path: Path, report: Report) -> None:
        self.report, self.lines = report, Lines(path, report, seals=True)
        self.trailer = Trailer(self.lines, 10)
        self._raw = iter(self.lines)
        self._ahead: deque[Seal] = deque()
        self.caisses: set[str] = set()
        if next(self._raw, b"") != ";".join(SEALS_COLUMNS).encode():
            raise Unreadable(f"{path} : ce n’est pas un fichier de scellés")
        self.charset = charset_in(path)

    def take(self, key: tuple[str, int, int]) -> Seal | None:
        """The seal of this écriture; those passed over had no écriture."""
        self._fill()
        if not any(seal.key == key for seal in self._ahead):
            return None
        while (seal := self._ahead.popleft()).key != key:
            self._orphan(seal)
        return seal

    def rest(self) -> None:
        """The FEC is over: no seal may be left."""
        self._fill()
        while self._ahead:
            self._orphan(self._ahead.popleft())
            self._fill()

    def _orphan(self, seal: Seal) -> None:
        self.report.breach(
            Where(seal.line, *seal.key, seals=True), "écriture scellée absente du FEC à sa place"
        )

    def _fill(self) -> None:
        while len(self._ahead) < LOOK_AHEAD:
            raw = next(self._raw, None)
            if raw is None:
                return
            try:
                cells = decoded_cells(raw)
                if not self.trailer.takes(cells):
                    self._row(cells)
            except Misread as why:
                self.lines.breach(str(why))

    def _row(self, cells: list[str]) -> None:
        if len(cells) != len(SEALS_COLUMNS):
            raise Misread(f"{len(cells)} cellules au lieu de {len(SEALS_COLUMNS)}")
        texts = unguarded(cells[1]), unguarded(cells[4])
        numbers = integer(cells[2]), integer(cells[3])
        hashes = [_HASH.fullmatch(cell) for cell in cells[5:]]
        if min(numbers) < 0 or not all(map(is_filled, texts)) or not all(hashes):
            raise Misread("un numéro, un texte ou une empreinte est mal écrit")
        if len(self.caisses) < 9:
            self.caisses.add(cells[0])
        key = (str(texts[0]), *numbers)
        self._ahead.append(
            Seal(key, cells[0], str(texts[1]), cells[5], cells[6], self.lines.number)
        )


class FecFile:
    """A FEC, with its seals or without."""

    def __init__(self, lines: Lines, report: Report, path: Path, seals: Path | None) -> None:
        self.lines, self.report, self.path = lines, report, path
        self.ledger = Ledger(report, fec=True)
        self.seals = Seals(seals, report) if seals else None
        self.charset = self.seals.charset if self.seals else ""
        self._current: tuple[str, ...] = ()
        self._position = 0

    def check(self) -> Ledger:
        """Read it all."""
        name = re.fullmatch(r"([0-9]{9})FEC([0-9]{8})\.txt", self.path.name)
        if not name or not compact_day(name[2]):
            self.report.breach(Where(), "le nom du fichier n’est pas <SIREN>FEC<AAAAMMJJ>.txt")
        for raw in self.lines:
            try:
                self._cells(self._decoded(raw).split("\t"))
            except Misread as why:
                self.lines.breach(str(why))
        self.ledger.end()
        if name:
            self._compare_name(name[2])
        if self.seals:
            self._compare(self.seals, name[1] if name else "", name[2] if name else "")
        else:
            self._unproved()
        return self.ledger

    def _cells(self, cells: list[str]) -> None:
        if len(cells) != 18:
            raise Misread(f"{len(cells)} champs au lieu de 18")
        if self.lines.number > 1:
            self._row(cells)
        elif cells != FEC_COLUMNS:
            raise Misread("les colonnes ne sont pas les 18 de l’article A. 47 A-1")

    def _decoded(self, raw: bytes) -> str:
        if not self.charset and not raw.isascii():
            try:
                raw.decode()
                self.charset = "utf-8"
            except UnicodeDecodeError:
                self.charset = "iso-8859-15"
        try:
            return raw.decode(self.charset or "ascii")
        except UnicodeDecodeError as error:
            raise Misread("la ligne n’est pas dans l’encodage du fichier") from error

    def _row(self, cells: list[str]) -> None:
        if wrong := self._wrong(cells) or self._read_texts(cells):
            raise Misread(wrong)
        repeated = (cells[0], cells[2], cells[3], cells[8], cells[9], cells[15], cells[1])
        if repeated != self._current:
            if repeated[:3] == self._current[:3]:
                self.lines.breach("les lignes de cette écriture ne disent pas la même chose d’elle")
            self._current, self._position = repeated, 0
            self._begin(cells)
        self._position += 1
        ligne = Ligne(
            self._position, cells[4], cells[6], cells[10], cents(cells[11]), cents(cells[12])
        )
        self.ledger.line(ligne, self.lines.number)

    def _wrong(self, cells: list[str]) -> str:
        """Why the fields of a line cannot be read, or nothing."""
        for n in (0, 1, 5, 8, 10):
            if not cells[n]:
                return f"{FEC_COLUMNS[n]} est vide"
        for n in (7, 16, 17):
            if cells[n]:
                return f"{FEC_COLUMNS[n]} n’est pas vide"
        if integer(cells[2]) < 1:
            return "EcritureNum : pas un numéro"
        for n in (11, 12):
            if cents(cells[n]) < 0:
                return f"{FEC_COLUMNS[n]} : pas un montant à virgule et deux décimales"
        for n in (3, 9, 14, 15):
            if not compact_day(cells[n]) and (n != 14 or cells[n]):
                return f"{FEC_COLUMNS[n]} : pas une date AAAAMMJJ"
        if (cells[13] == "") != (cells[14] == ""):
            return "EcritureLet et DateLet vont ensemble"
        return ""

    def _read_texts(self, cells: list[str]) -> str:
        """Take off what protects the texts; says why when one of them cannot be so."""
        for n in FEC_TEXTS:
            text: str | None = cells[n]
            if self.seals and self.charset == "iso-8859-15":
                text = unescaped(cells[n])
            text = None if text is None else unguarded(text)
            if text is None or not is_text(text):
                return f"{FEC_COLUMNS[n]} : texte non protégé ou mal écrit"
            cells[n] = text
        return ""

    def _begin(self, cells: list[str]) -> None:
        journal, exercice, number = cells[0], int(cells[3][:4]), int(cells[2])
        head = Head("", journal, exercice, number, cells[3], cells[8], cells[9], "", cells[15])
        if self.seals and journal != OPENING:
            seal = self.seals.take((journal, exercice, number))
            if seal is None:
                self.lines.breach("cette écriture n’a pas de scellé à sa place")
            else:
                head = head._replace(
                    caisse=seal.caisse,
                    label=seal.label,
                    previous_hash=seal.previous_hash,
                    hash=seal.hash,
                )
        self.ledger.begin(head, self.lines.number)

    def _compare_name(self, closing: str) -> None:
        day, where = self.ledger.latest
        if day > closing:
            self.report.breach(where, "date comptable après celle du nom du fichier")
        day, where = self.ledger.earliest
        if day < f"{closing[:4]}0101":
            self.report.breach(where, "date comptable d’un autre exercice que le nom du fichier")

    def _compare(self, seals: Seals, siren: str, closing: str) -> None:
        seals.rest()
        whole = Where(seals=True)
        summary = seals.trailer.summary()
        if summary is None:
            return
        self.ledger.compare(summary, seals=True)
        if seals.caisses - {summary.caisse}:
            self.report.breach(whole, "des scellés sont d’une autre caisse que la ligne EXPORT")
        if (siren, closing) != (summary.siren, summary.to_on):
            self.report.breach(whole, "le nom du FEC n’est pas celui que disent les scellés")
        if OPENING in self.ledger.journals and summary.from_on[4:] != "0101":
            self.report.breach(whole, "des à-nouveaux alors que la période commence plus tard")
        if seals.trailer.export[8] != self.charset:
            self.report.breach(whole, "encodage inconnu : utf-8 ou iso-8859-15")
        if seals.trailer.export[9] != self.lines.before():
            self.report.breach(whole, "le SHA-256 scellé n’est pas celui du FEC : octets changés")

    def _unproved(self) -> None:
        self.report.remarks.append(
            "FEC lu sans ses scellés (--seals) : ni la chaîne ni la fin ne sont prouvées."
        )
        for code, state in sorted(self.ledger.journals.items()):
            if state.first and state.first.number != 1:
                self.report.remarks.append(
                    f"Le journal {shown(code)} commence au numéro {state.first.number} :"
                    " les numéros d’avant sont dans un autre fichier ?"
                )


# --- The program -------------------------------------------------------------------------------


def check_file(path: Path, seals: Path | None, report: Report) -> tuple[str, Ledger]:
    """Recognise the format by the first bytes, and read the file; raises ``Unreadable``."""
    lines = Lines(path, report)
    try:
        with path.open("rb") as file:
            start = file.read(64)
    except OSError as error:
        raise Unreadable(f"{path} : {error.strerror or error}") from error
    if start.startswith(b"JournalCode\t"):
        return "FEC", FecFile(lines, report, path, seals).check()
    if seals:
        raise Unreadable("--seals ne va qu’avec un FEC")
    if start.startswith(b"{"):
        return "JSON Lines", JsonFile(lines, report).check()
    if start.startswith(b"Caisse;Journal;JournalLib;"):
        return "CSV", CsvFile(lines, report).check()
    if start.startswith(b"Caisse;Journal;Exercice;"):
        raise Unreadable(f"{path} : ce sont des scellés ; donnez le FEC, et ceci après --seals")
    raise Unreadable(f"{path} : ni JSON Lines, ni CSV, ni FEC du portail")


def journal_rows(ledger: Ledger) -> list[dict[str, object]]:
    """The state of each journal, for people and programs."""
    return [
        {
            "code": code,
            "ecritures": state.ecritures,
            "lines": state.lines,
            "first": [state.first.exercice, state.first.number] if state.first else None,
            "last": [state.last.exercice, state.last.number] if state.last else None,
            "debit_cents": state.debit,
            "credit_cents": state.credit,
            "last_hash": state.last.hash if state.last else "",
        }
        for code, state in sorted(ledger.journals.items())
    ]


def as_text(path: Path, kind: str, ledger: Ledger, report: Report) -> Iterator[str]:
    """The report, line by line, for people."""
    yield f"{shown(str(path))} : {kind}"
    for code, state in sorted(ledger.journals.items()):
        if state.first and state.last:
            yield (
                f"Journal {shown(code)} : {state.ecritures} écritures, {state.lines} lignes,"
                f" du n° {state.first.number} de {state.first.exercice}"
                f" au n° {state.last.number} de {state.last.exercice},"
                f" débit {euros(state.debit)}, crédit {euros(state.credit)}"
            )
            yield f"  dernière empreinte : {state.last.hash or 'non vérifiable'}"
    yield from (f"Remarque : {remark}" for remark in report.remarks)
    if not report.total:
        yield "Tout se tient."
        return
    yield from (f"ANOMALIE {where} : {what}" for where, what in report.breaches)
    if report.total > SHOWN:
        yield f"… et {report.total - SHOWN} autres."
    yield f"{report.total} anomalie(s) : ce fichier ne se tient pas."


def as_json(path: Path, kind: str, ledger: Ledger, report: Report) -> str:
    """The report for programs."""
    return json.dumps(
        {
            "file": str(path),
            "format": kind,
            "holds": not report.total,
            "breaches_total": report.total,
            "breaches": [{**where._asdict(), "what": what} for where, what in report.breaches],
            "remarks": report.remarks,
            "journals": journal_rows(ledger),
        }
    )


def options_of(arguments: list[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description="Vérifie un export des journaux comptables.")
    parser.add_argument("file", type=Path, help="le fichier : JSON Lines, CSV ou FEC")
    parser.add_argument("--seals", type=Path, help="les scellés du FEC (…_scelles.csv)")
    parser.add_argument("--sha256", help="l’empreinte que le portail affiche pour ce fichier")
    parser.add_argument("--json", action="store_true", help="répondre par un objet JSON")
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> int:
    """Check a file, print what was found; 0 all holds, 1 breaches, 2 unreadable."""
    options = options_of(arguments)
    csv.field_size_limit(LONGEST_LINE)
    report = Report()
    try:
        kind, ledger = check_file(options.file, options.seals, report)
        if options.sha256 and sha_of(options.file) != options.sha256.strip().lower():
            report.breach(Where(), "le fichier n’a pas l’empreinte donnée par --sha256")
    except Unreadable as error:
        print(f"Illisible : {shown(str(error))}", file=sys.stderr)
        return 2
    if options.json:
        print(as_json(options.file, kind, ledger, report))
    else:
        print("\n".join(as_text(options.file, kind, ledger, report)))
    return int(report.total > 0)


if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        # A terminal that has not every letter shows a question mark and stops nothing.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    sys.exit(main())
