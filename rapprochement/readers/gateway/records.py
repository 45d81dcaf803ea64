"""A file as records: its encoding, its cells, its title."""

import codecs
import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO, TextIOWrapper

from django.utils.translation import gettext as _

from rapprochement.readers.gateway import values
from rapprochement.readers.problems import FileUnreadable

MAX_BYTES = 200 * 1024 * 1024
_PIECE = 1024 * 1024
_LONGEST_CELL = 131_072
_VERSION = re.compile(r"(?:TABLE_)?(V[A-Z0-9_]{1,16})")

#: Number of the line, from 1, and its cells without the spaces around them.
Record = tuple[int, list[str]]


@dataclass(frozen=True, slots=True)
class Title:
    """What the TITRE record says; ``version`` without the word ``TABLE_`` before it."""

    version: str
    produced_at: datetime | None
    tells_chargebacks: bool


def records_of(content: bytes) -> Iterator[Record]:
    """Every record that holds something, read as it is asked for.

    UTF-8 with or without a mark at its head, else ISO-8859-15; any line ends. Raises
    ``FileUnreadable`` for what is too long, holds nothing, or is not text separated by semicolons.
    """
    _check(content)
    text = TextIOWrapper(BytesIO(content), encoding=_encoding_of(content), newline="")
    reader = csv.reader(text, delimiter=";", strict=True)
    try:
        for row in reader:
            cells = list(map(str.strip, row))
            # The csv module has a limit of its own, that any other code of the process may move.
            if any(len(cell) > _LONGEST_CELL for cell in cells):
                raise csv.Error("field larger than any of the platform's")
            if any(cells):
                yield reader.line_num, cells
    except csv.Error as error:
        raise FileUnreadable(
            _(
                "Ligne %(line)d : les guillemets ou les fins de ligne sont abîmés, on ne sait où "
                "s’arrêtent les colonnes. Déposez le fichier tel que la plateforme l’a envoyé, "
                "sans l’ouvrir dans un tableur."
            )
            % {"line": reader.line_num}
        ) from error


def title_of(record: Record | None) -> Title:
    """The TITRE record, which must come first."""
    if record is None or record[1][0].upper() != "TITRE":
        raise FileUnreadable(
            _(
                "Ligne 1 : ce fichier ne commence pas par l’enregistrement TITRE : ce n’est pas "
                "un journal de la plateforme (JT, JO, JRB ou JRI), ou son début manque. Déposez "
                "le fichier CSV tel que la plateforme l’a envoyé."
            )
        )
    cells = [*record[1], "", "", "", ""]
    version = _VERSION.fullmatch(cells[3].upper())
    return Title(
        version="" if version is None else version[1],
        produced_at=values.produced(cells[2]),
        tells_chargebacks="IMPAY" in cells[4].upper(),
    )


def _check(content: bytes) -> None:
    if not content.strip():
        raise FileUnreadable(
            _(
                "Ce fichier est vide : il n’y a pas même de titre. Un journal sans opération en a "
                "un ; téléchargez-le de nouveau dans le back office de la plateforme."
            )
        )
    if len(content) > MAX_BYTES:
        raise FileUnreadable(
            _(
                "Ce fichier est trop gros (%(size)d Mo, 200 au plus). Demandez à la plateforme un "
                "journal par jour."
            )
            % {"size": len(content) // 1024 // 1024}
        )
    if b"\0" in content:
        raise FileUnreadable(
            _(
                "Ce fichier n’est pas un texte en UTF-8 ou en ISO-8859-1. Déposez le fichier CSV "
                "tel que la plateforme l’a envoyé, ni converti ni compressé."
            )
        )


def _encoding_of(content: bytes) -> str:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for start in range(0, len(content), _PIECE):
            decoder.decode(content[start : start + _PIECE])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return "iso-8859-15"
    return "utf-8-sig"
