"""Loads the funds from the project's own file."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction
from stdnum.exceptions import ValidationError as StdnumError
from stdnum.fr import siren as siren_number

from caf_portal.data_file import DataFileRefused, Row, read_rows
from caisses.models import Caisse
from caisses.models.caisse import Certainty

CAISSES_FILE = Path(__file__).parent.parent / "data" / "cafs.csv"

_FIELDS = (
    "code",
    "nom",
    "departement",
    "region",
    "ville",
    "siren",
    "code_certain",
    "ville_certain",
)
_CODE_CERTAINTY = {
    "oui": Certainty.SEEN,
    "probable": Certainty.PROBABLE,
    "non": Certainty.GUESSED,
}
_VILLE_SEEN = {"seen": True, "memory": False, "memory-doubtful": False}
_DEPARTEMENT = re.compile(r"(?P<code>\d{2,3}|2[AB]) (?P<nom>.+)")
#: Everything but the code, which names the fund and never changes.
_UPDATED = (
    "nom",
    "departement_code",
    "departement_nom",
    "region",
    "ville",
    "siren",
    "code_certainty",
    "ville_seen",
)


@dataclass(frozen=True, slots=True)
class Loaded:
    """How many rows a loading wrote."""

    created: int
    updated: int


def load_caisses(*, path: Path = CAISSES_FILE) -> Loaded:
    """Create the funds of the file and bring the known ones up to date; removes none.

    Running it again writes nothing. Raises ``DataFileRefused``, and then nothing is written.
    """
    wanted = read_caisses(path)
    with transaction.atomic():
        known = Caisse.objects.in_bulk(field_name="code")
        new = [caisse for caisse in wanted if caisse.code not in known]
        changed = [_updated(known[c.code], c) for c in wanted if _differs(known.get(c.code), c)]
        Caisse.objects.bulk_create(new)
        Caisse.objects.bulk_update(changed, _UPDATED)
    return Loaded(created=len(new), updated=len(changed))


def read_caisses(path: Path) -> list[Caisse]:
    """The funds of a file, unsaved; raises ``DataFileRefused`` at the first bad value."""
    caisses = [_caisse(row) for row in _unique(read_rows(path, fields=_FIELDS))]
    if not caisses:
        raise DataFileRefused(f"{path.name}: no fund in this file")
    return caisses


def _unique(rows: Iterable[Row]) -> Iterable[Row]:
    seen: dict[tuple[str, str], int] = {}
    for row in rows:
        for field in ("code", "siren"):
            first = seen.setdefault((field, row.text(field)), row.line)
            if first != row.line:
                raise row.refused(field, f"{row.text(field)} is already on line {first}")
        yield row


def _caisse(row: Row) -> Caisse:
    departement = _DEPARTEMENT.fullmatch(row.text("departement"))
    if departement is None:
        raise row.refused("departement", "expected a number, a blank and a name: 01 Ain")
    return Caisse(
        code=_code(row),
        nom=row.text("nom"),
        departement_code=departement["code"],
        departement_nom=departement["nom"],
        region=row.text("region"),
        ville=row.text("ville"),
        siren=_siren(row),
        code_certainty=row.choice("code_certain", _CODE_CERTAINTY),
        ville_seen=row.choice("ville_certain", _VILLE_SEEN),
    )


def _code(row: Row) -> str:
    code = row.text("code")
    if not re.fullmatch(r"[0-9]{3}", code):
        raise row.refused("code", f"{code!r} is not three digits")
    return code


def _siren(row: Row) -> str:
    try:
        return str(siren_number.validate(row.text("siren")))
    except StdnumError as error:
        raise row.refused("siren", str(error)) from error


def _differs(known: Caisse | None, wanted: Caisse) -> bool:
    return known is not None and any(
        getattr(known, field) != getattr(wanted, field) for field in _UPDATED
    )


def _updated(known: Caisse, wanted: Caisse) -> Caisse:
    for field in _UPDATED:
        setattr(known, field, getattr(wanted, field))
    return known
