"""The records of a file between its title and its end, in their order."""

from django.utils.translation import gettext as _

from rapprochement.readers.gateway.cells import Cells
from rapprochement.readers.gateway.columns import kind_of_header, layout_of
from rapprochement.readers.gateway.file import GatewayLine, Kind
from rapprochement.readers.gateway.lines import line_of
from rapprochement.readers.gateway.names import FileName
from rapprochement.readers.gateway.records import Record, Title
from rapprochement.readers.problems import FileUnreadable

#: The first word of a detail record says which file it is in.
_KINDS = {
    "TRANSACTION": Kind.JT,
    "OPERATION": Kind.JO,
    "MATCHING": Kind.JRB,
    "DETAIL": Kind.JRI,
}


class Body:
    """What follows the title: a header, details, an end; each at most where it may be."""

    def __init__(self, title: Title, name: FileName | None) -> None:
        self.version = title.version or ("" if name is None else name.version)
        self.lines: list[GatewayLine] = []
        self._title = title
        self._name = name
        self._header: list[str] | None = None
        self._header_line = 0
        self._cells: Cells | None = None
        self._ended = False

    def take(self, record: Record) -> None:
        """One record more. Raises ``FileUnreadable`` for one that has no business there."""
        line, row = record
        code = row[0].upper()
        if self._ended:
            raise _after_the_end(line)
        if code in _KINDS:
            self._detail(_KINDS[code], row, line)
        elif code == "ENTETE" and self._header is None and self._cells is None:
            self._header, self._header_line = _names_of(row), line
        elif code == "FIN":
            self._end(row, line)
        else:
            raise _unknown_record(row[0], line)

    def close(self) -> Kind:
        """Nothing comes any more: the kind of the file, which must not have been cut short."""
        kind = self._kind()
        if self._cells is None:
            self._check_kind(kind)
            if self._header is not None:
                self._columns(kind, self._header_line)
        elif kind != Kind.JT and not self._ended:
            raise FileUnreadable(
                _(
                    "Ce journal %(kind)s s’arrête avant son enregistrement FIN : il est coupé. "
                    "Téléchargez-le de nouveau dans le back office de la plateforme."
                )
                % {"kind": kind.value}
            )
        return kind

    def _detail(self, kind: Kind, row: list[str], line: int) -> None:
        if self._cells is None:
            self._check_kind(kind)
            self._cells = self._columns(kind, line)
        cells = self._cells
        if cells.kind != kind:
            raise _unknown_record(row[0], line)
        cells.take(row, line)
        self.lines.append(line_of(cells, rank=len(self.lines) + 1))

    def _columns(self, kind: Kind, line: int) -> Cells:
        at = line if self._header is None else self._header_line
        return Cells(layout_of(kind, version=self.version, header=self._header, line=at))

    def _check_kind(self, kind: Kind) -> None:
        if self._name is not None and self._name.kind != kind:
            raise _another_kind(self._name.kind, kind)

    def _end(self, row: list[str], line: int) -> None:
        self._ended = True
        told = next((cell for cell in row[1:] if cell), "")
        if told and (told.lstrip("0") or "0") != str(len(self.lines)):
            raise FileUnreadable(
                _(
                    "Ligne %(line)d : l’enregistrement FIN annonce %(told)s lignes, le fichier en "
                    "a %(found)d. Il est incomplet : téléchargez-le de nouveau dans le back "
                    "office de la plateforme."
                )
                % {"line": line, "told": told[:20], "found": len(self.lines)}
            )

    def _kind(self) -> Kind:
        """By the details, else by the header, the title or the name, in this order."""
        if self._cells is not None:
            return self._cells.kind
        found = None if self._header is None else kind_of_header(self._header)
        if found is None and self._title.tells_chargebacks:
            found = Kind.JRI
        if found is None and self._title.version == "V_CUSTOM":
            found = Kind.JT
        if found is None and self._name is not None:
            found = self._name.kind
        if found is None:
            raise FileUnreadable(
                _(
                    "Ce fichier n’a pas de ligne, et rien ne dit de quel journal il s’agit (JT, "
                    "JO, JRB ou JRI). Redonnez-lui le nom qu’il avait quand la plateforme l’a "
                    "envoyé."
                )
            )
        return found


def _names_of(row: list[str]) -> list[str]:
    """Names of the header, without the empty ones at its end."""
    names = [cell.upper() for cell in row[1:]]
    while names and not names[-1]:
        names.pop()
    return names


def _after_the_end(line: int) -> FileUnreadable:
    return FileUnreadable(
        _(
            "Ligne %(line)d : il y a du texte après l’enregistrement FIN. Ce sont peut-être deux "
            "journaux mis bout à bout : déposez-les l’un après l’autre."
        )
        % {"line": line}
    )


def _unknown_record(code: str, line: int) -> FileUnreadable:
    return FileUnreadable(
        _(
            "Ligne %(line)d : l’enregistrement « %(code)s » n’est pas attendu ici. Déposez le "
            "fichier tel que la plateforme l’a envoyé, un seul journal à la fois."
        )
        % {"line": line, "code": code[:20]}
    )


def _another_kind(named: Kind, found: Kind) -> FileUnreadable:
    return FileUnreadable(
        _(
            "Le nom de ce fichier annonce un journal %(named)s, son contenu est un journal "
            "%(found)s. Redonnez-lui le nom qu’il avait quand la plateforme l’a envoyé."
        )
        % {"named": named.value, "found": found.value}
    )
