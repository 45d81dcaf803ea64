"""Builds the exports that were asked for, and builds old ones again to compare their bytes.

The truth is the row: one asked for and neither ready nor failed is built by whoever comes, alone.
Pieces and progress are committed as they come, so that the page shows them; killed in the middle,
a build leaves pieces that the next one throws away before it begins again.
"""

from collections.abc import Iterator
from datetime import datetime

import structlog
from celery.exceptions import SoftTimeLimitExceeded
from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from caf_portal.database.advisory import held
from caf_portal.database.scope import caisse_scope, national_scope
from comptabilite.exports.control import ControlFailed
from comptabilite.exports.opening import forget_opening
from comptabilite.exports.shapes import Chunk
from comptabilite.exports.writing import Written, filenames
from comptabilite.models import Export, MorceauExport
from comptabilite.models.anomalie import AnomalieKind
from comptabilite.models.export import ExportStatus, PartOfExport
from comptabilite.services.anomalies import open_anomalie
from comptabilite.services.export_pieces import FileOfExport, Output, keep_piece

logger = structlog.get_logger(__name__)

#: For one statement: counting ten million lines, or summing what they carry over.
TIME_LIMIT = "20min"
TOO_LONG = gettext_lazy("L’écriture a duré trop longtemps : demandez des périodes plus courtes.")


def build_export(*, export_id: int, caisse_id: int, now: datetime) -> Export:
    """Write the files of an export, and give it as it ends: ready, failed, or as it was.

    Nothing is done when it is ready or failed, or when somebody is building it. What the books do
    not allow (a number missing, an écriture unbalanced), or the task's time, ends in ``ECHEC`` with
    a French reason and a line on the work list. Any other error is raised, and the next sweep
    begins again. Raises ``Export.DoesNotExist``. Must be called outside any transaction.
    """
    with held("export", export_id) as alone:
        export = _read(export_id, caisse_id)
        if alone and export.status in (ExportStatus.DEMANDE, ExportStatus.EN_COURS):
            try:
                _build(export, now=now)
            except ControlFailed as error:
                fail_export(export, reason=str(error), now=now)
            except SoftTimeLimitExceeded:
                fail_export(export, reason=str(TOO_LONG), now=now)
    logger.info("comptabilite.export.built", export=str(export.public_id), status=export.status)
    return export


def unfinished_exports() -> list[tuple[int, int]]:
    """(export, fund) of those to build, oldest first."""
    with national_scope():
        found = Export.objects.unfinished().order_by("pk")
        return list(found.values_list("pk", "caisse_id"))


def rebuild_and_compare(*, export_id: int, caisse_id: int, now: datetime) -> bool:
    """Build a ready export again from the books and say whether its bytes are the same; nothing is
    kept of it but that answer, and a line on the work list when they are not.

    Raises ``Export.DoesNotExist`` when there is none, or none that is ready. Must be called outside
    any transaction.
    """
    export = _read(export_id, caisse_id)
    if export.status != ExportStatus.PRET:
        raise Export.DoesNotExist
    try:
        same, detail = bool(_files(export, _Builder(export, keeps=False)) == export.files), ""
    except ControlFailed as error:
        same, detail = False, str(error)
    with caisse_scope(caisse_id):
        export.compared_at, export.compared_same = now, same
        export.save(update_fields=["compared_at", "compared_same"])
        if not same:
            words = _("L’export %(name)s, refait, n’a plus les mêmes octets.") + f" {detail}"
            _tell(export, words % {"name": export.filename}, now=now)
    return same


def fail_export(export: Export, *, reason: str, now: datetime) -> None:
    """End an export that cannot be given: its pieces go, the reason stays."""
    with caisse_scope(export.caisse_id):
        MorceauExport.objects.filter(export=export).delete()
        export.status, export.failure, export.finished_at = ExportStatus.ECHEC, reason[:300], now
        export.save(update_fields=["status", "failure", "finished_at"])
        words = _("Un export demandé n’a pas pu être fait : %(reason)s") % {"reason": reason}
        _tell(export, words, now=now)


def _tell(export: Export, detail: str, *, now: datetime) -> None:
    open_anomalie(
        caisse_id=export.caisse_id,
        kind=AnomalieKind.INVARIANT,
        subject=f"export {export.public_id}",
        detail=detail,
        now=now,
    )


class _Builder:
    """The files of one build, and what becomes of their pieces."""

    def __init__(self, export: Export, *, keeps: bool) -> None:
        self.export, self.keeps = export, keeps
        self.outputs = {part: self._output(part) for part in filenames(export)}

    def _output(self, part: PartOfExport) -> Output:
        def keep(rank: int, content: bytes) -> None:
            if self.keeps:
                keep_piece(self.export, part, rank, content)

        return Output(keep)

    def fill(self, chunks: Iterator[Chunk]) -> bool:
        """Write until a piece leaves; says whether something is left to write."""
        for chunk in chunks:
            if self.outputs[chunk.part].write(chunk.content):
                return True
        for output in self.outputs.values():
            output.flush()
        return False

    def files(self) -> list[FileOfExport]:
        """What each file is."""
        return [
            {
                "part": str(part),
                "filename": filename,
                "size_bytes": self.outputs[part].size_bytes,
                "sha256": self.outputs[part].sha256,
            }
            for part, filename in filenames(self.export).items()
        ]


def _build(export: Export, *, now: datetime) -> None:
    with caisse_scope(export.caisse_id):
        MorceauExport.objects.filter(export=export).delete()
        export.status, export.done_lines = ExportStatus.EN_COURS, 0
        export.save(update_fields=["status", "done_lines"])
    files = _files(export, _Builder(export, keeps=True))
    with caisse_scope(export.caisse_id):
        first = files[0]
        export.status, export.files, export.finished_at = ExportStatus.PRET, files, now
        export.filename, export.sha256 = first["filename"], first["sha256"]
        export.size_bytes = first["size_bytes"]
        export.save(
            update_fields=["status", "files", "finished_at", "filename", "sha256", "size_bytes"]
        )


def _files(export: Export, builder: _Builder) -> list[FileOfExport]:
    """Write everything, a transaction for each piece."""
    _wait_for_letters(export.caisse_id)
    with caisse_scope(export.caisse_id):
        _allow_time()
        written = Written(export)
        _note_progress(builder, written)
    chunks, more = written.chunks(), True
    while more:
        with caisse_scope(export.caisse_id):
            more = builder.fill(chunks)
            _note_progress(builder, written)
            if not more:
                forget_opening()
    return builder.files()


def _note_progress(builder: _Builder, written: Written) -> None:
    if not builder.keeps:
        return
    export = builder.export
    export.done_lines, export.total_lines = written.done_lines, written.total_lines
    export.save(update_fields=["done_lines", "total_lines"])


def _read(export_id: int, caisse_id: int) -> Export:
    with caisse_scope(caisse_id):
        return Export.objects.select_related("caisse", "journal").get(
            pk=export_id, caisse_id=caisse_id
        )


def _allow_time() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('statement_timeout', %s, true)", [TIME_LIMIT])


def _wait_for_letters(caisse_id: int) -> None:
    """Lettrages under way end first: those made by ``as_of`` are then all there, today as when the
    export is built again. The locks are let go at once: nobody waits for a long build."""
    with caisse_scope(caisse_id), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock_shared(hashtextextended('lettrage', id))"
            "  FROM comptabilite_compte WHERE caisse_id = %s ORDER BY id",
            [caisse_id],
        )
