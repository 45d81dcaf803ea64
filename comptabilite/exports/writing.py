"""From what was asked to the bytes of its files, in one pass and a memory that does not grow."""

from collections.abc import Callable, Iterator

from django.utils.translation import gettext as _

from comptabilite.exports.control import Control, ControlFailed
from comptabilite.exports.csv_lines import write_csv
from comptabilite.exports.fec import write_fec
from comptabilite.exports.json_lines import write_json
from comptabilite.exports.labels import Labels
from comptabilite.exports.opening import has_opening, opening_lines, prepare_opening
from comptabilite.exports.reading import ecritures_of
from comptabilite.exports.segments import book_of, segments_of, without_number
from comptabilite.exports.shapes import Chunk
from comptabilite.models import Export
from comptabilite.models.export import ExportFormat, PartOfExport

FEC_NAME, OTHER_NAME = "{siren}FEC{last:%Y%m%d}", "{caisse}_{journal}{first:%Y%m%d}_{last:%Y%m%d}"


class Written:
    """An export being written. Made and read inside the fund's scope; the caller may commit and
    open another scope between two chunks. Raises ``ControlFailed`` when the books do not hold."""

    def __init__(self, export: Export) -> None:
        if count := without_number(export):
            raise ControlFailed(
                _("%(count)s écritures de la période n’ont pas de numéro.") % {"count": count}
            )
        self._export = export
        self._labels = Labels(caisse_id=export.caisse_id)
        self._fec = export.format == ExportFormat.FEC
        self._segments = segments_of(export, self._labels, by_validation=self._fec)
        self.book = book_of(export, self._labels, self._segments)
        self.control = Control(self.book.journals)
        self._opens = self._fec and has_opening(export)
        self._opening = prepare_opening(export) if self._opens else 0
        self._counted = sum(segment.lines for segment in self._segments)

    @property
    def total_lines(self) -> int:
        """Lines to write, opening balances included."""
        return self._counted + self._opening

    @property
    def done_lines(self) -> int:
        """Lines written until now; the opening balances count once the rest has begun."""
        return self.control.lines + (self._opening if self.control.lines else 0)

    def chunks(self) -> Iterator[Chunk]:
        """The bytes of its files."""
        read = ecritures_of(
            self._segments,
            caisse_id=self._export.caisse_id,
            as_of=self._export.as_of,
            labels=self._labels,
        )
        watched = self.control.watched(read)
        if self._fec:
            opening = opening_lines(self.book.first_on, self._labels) if self._opens else ()
            yield from write_fec(self.book, watched, self.control, opening)
        else:
            write: Callable[..., Iterator[Chunk]] = (
                write_csv if self._export.format == ExportFormat.CSV else write_json
            )
            yield from write(self.book, watched, self.control)
        self.control.finish(lines=self._counted)


def filenames(export: Export) -> dict[PartOfExport, str]:
    """What each file of an export is called."""
    if export.format == ExportFormat.FEC:
        stem = FEC_NAME.format(siren=export.siren, last=export.last_on)
        return {
            PartOfExport.FICHIER: f"{stem}.txt",
            PartOfExport.SCELLES: f"{stem}_scelles.csv",
            PartOfExport.DESCRIPTION: f"{stem}_description.txt",
        }
    stem = OTHER_NAME.format(
        caisse=export.caisse.code,
        journal=f"{export.journal.code}_" if export.journal else "",
        first=export.first_on,
        last=export.last_on,
    )
    return {PartOfExport.FICHIER: f"{stem}.{export.format.lower()}"}
