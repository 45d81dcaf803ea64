"""The national default scheme, read from its three files: rules, accounts, journals."""

from dataclasses import dataclass
from pathlib import Path

from allocataires.nomenclature import Famille
from caf_portal.data_file import DataFileRefused, Row, read_rows
from comptabilite.models.events import Evenement
from comptabilite.models.plan import Auxiliaire, JournalKind
from comptabilite.models.schema import RemittanceMode

DATA = Path(__file__).parent.parent / "data"
SCHEMA_FILE = DATA / "schema_defaut.csv"
COMPTES_FILE = DATA / "comptes_defaut.csv"
JOURNAUX_FILE = DATA / "journaux_defaut.csv"
#: The usual contract of acquirers; a fund that is paid gross says so in a version of its own.
REMITTANCE_MODE = RemittanceMode.NETTE

_EVENTS = {event.value: event.value for event in Evenement}
_FAMILLES = {"": "", **{famille.value: famille.value for famille in Famille}}
_AUXILIAIRES = {word.value: word.value for word in Auxiliaire}
_KINDS = {kind.value: kind.value for kind in JournalKind}


@dataclass(frozen=True, slots=True)
class DefaultRule:
    """One rule: the journal by its code, the accounts by their numbers."""

    event: str
    famille: str
    journal: str
    debit: str
    credit: str


@dataclass(frozen=True, slots=True)
class DefaultCompte:
    """One account, and what its auxiliary account names."""

    number: str
    label: str
    auxiliaire: str


@dataclass(frozen=True, slots=True)
class DefaultJournal:
    """One journal, and what it is for."""

    code: str
    label: str
    kind: str


@dataclass(frozen=True, slots=True)
class DefaultScheme:
    """The whole: accounts by number, journals by code. A rule uses no other."""

    rules: tuple[DefaultRule, ...]
    comptes: dict[str, DefaultCompte]
    journals: dict[str, DefaultJournal]


def read_scheme(
    path: Path = SCHEMA_FILE, comptes: Path = COMPTES_FILE, journaux: Path = JOURNAUX_FILE
) -> DefaultScheme:
    """The scheme of these files; raises ``DataFileRefused`` at the first bad value."""
    accounts = _read_comptes(comptes)
    journals = _read_journals(journaux)
    rules: dict[tuple[str, str], DefaultRule] = {}
    for row in read_rows(path, fields=("event", "famille", "journal", "debit", "credit")):
        rule = _rule(row, accounts, journals)
        if (rule.event, rule.famille) in rules:
            raise row.refused("famille", "this event and family already have a rule")
        rules[rule.event, rule.famille] = rule
    if not rules:
        raise DataFileRefused(f"{path.name}: no rule in this file")
    return DefaultScheme(tuple(rules.values()), accounts, journals)


def _read_comptes(path: Path) -> dict[str, DefaultCompte]:
    found: dict[str, DefaultCompte] = {}
    for row in read_rows(path, fields=("number", "label", "auxiliaire")):
        number = _number(row, "number")
        if number in found:
            raise row.refused("number", "this account is already there")
        found[number] = DefaultCompte(
            number, row.text("label"), row.choice("auxiliaire", _AUXILIAIRES)
        )
    return found


def _read_journals(path: Path) -> dict[str, DefaultJournal]:
    found: dict[str, DefaultJournal] = {}
    for row in read_rows(path, fields=("code", "label", "kind")):
        code = row.text("code")
        if code in found:
            raise row.refused("code", "this journal is already there")
        found[code] = DefaultJournal(code, row.text("label"), row.choice("kind", _KINDS))
    return found


def _rule(
    row: Row, accounts: dict[str, DefaultCompte], journals: dict[str, DefaultJournal]
) -> DefaultRule:
    journal = row.text("journal")
    if journal not in journals:
        raise row.refused("journal", f"{journal!r} is not in the file of journals")
    return DefaultRule(
        event=row.choice("event", _EVENTS),
        famille=row.choice("famille", _FAMILLES),
        journal=journal,
        debit=_known(row, "debit", accounts),
        credit=_known(row, "credit", accounts),
    )


def _known(row: Row, field: str, accounts: dict[str, DefaultCompte]) -> str:
    number = _number(row, field)
    if number not in accounts:
        raise row.refused(field, f"{number!r} is not in the file of accounts")
    return number


def _number(row: Row, field: str) -> str:
    number = row.text(field)
    if not (number.isascii() and number.isdigit() and 3 <= len(number) <= 12):
        raise row.refused(field, f"{number!r} is not an account of 3 to 12 digits")
    return number
