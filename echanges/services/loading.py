"""Loads a file of the fund's software: kept first, then checked and applied, all or nothing.

``receive_lot`` keeps the file and commits: from then on nothing is lost, and whoever calls
``apply_lot`` (the command, the sweep, the API) finishes it. ``apply_lot`` is one transaction:
killed in the middle, it leaves the lot as it was received and nothing else.
"""

import tempfile
from datetime import datetime
from typing import BinaryIO, cast
from uuid import UUID

import structlog
from django.db import connection, transaction
from django.utils.translation import gettext as _

from caf_portal.database.scope import caisse_scope, national_scope
from caf_portal.paris import paris_date
from caisses.models import Agent, Caisse
from echanges.lines.checking import Header
from echanges.lines.problems import FileRefused
from echanges.lines.reading import open_file, records_of
from echanges.lines.schema import VERSION
from echanges.models import Lot
from echanges.models.lot import LotFormat, LotStatus
from echanges.services.announcing import announce_debts
from echanges.services.files import PIECE_BYTES, digest_of, keep_file, kept_pieces, pieces_of
from echanges.services.merge_debts import merge_debts, merge_months
from echanges.services.merge_events import drop_found, merge_events
from echanges.services.merge_people import merge_people
from echanges.services.merge_sql import Merge, refuse_repeated_ids
from echanges.services.rejects import keep_rejects, mark_corrected
from echanges.services.staging import Staged, stage, staging_tables
from recouvrement.services.double_collection import find_double_collections

logger = structlog.get_logger(__name__)

#: For one statement of a load, and for waiting until another load of the same fund is over.
TIME_LIMIT = "10min"
_WRITTEN = [
    *("status", "refusal", "counted", "finished_at"),
    *("applied_lines", "rejected_lines", "unchanged_lines"),
]
#: First number of the advisory locks, the second one being the fund.
_RECEIVING, _APPLYING = 412_001, 412_002


def receive_lot(
    *,
    caisse: Caisse,
    source: BinaryIO,
    filename: str,
    format: LotFormat,
    received_by: Agent | None,
    corrects: Lot | None = None,
    now: datetime,
) -> Lot:
    """Keep a file and give its lot, to apply; the same file again gives its first lot.

    The lot is committed, unless the caller is in a transaction. What cannot be a file of this
    fund (its header, its number in the day) makes a lot that is refused at once, with the reason
    in ``refusal``. ``source`` is read from its beginning; it may be of any size.
    """
    if not source.seekable():
        return _receive_spooled(
            source,
            caisse=caisse,
            filename=filename,
            lot_format=format,
            received_by=received_by,
            corrects=corrects,
            now=now,
        )
    digest, size = digest_of(source)
    with caisse_scope(caisse.pk):
        _wait_for_turn(_RECEIVING, caisse.pk)
        known = Lot.objects.filter(caisse=caisse, sha256=digest).first()
        if known is not None:
            return _received_again(known, source, format)
        lot = Lot(
            caisse=caisse,
            format=format,
            filename=_safe_name(filename),
            sha256=digest,
            size_bytes=size,
            received_at=now,
            received_by=received_by,
            corrects=corrects,
            day_on=paris_date(now),
            schema_version="",
        )
        _describe_or_refuse(lot, source, format, now=now)
        lot.save(force_insert=True)
        keep_file(lot, source)
    logger.info("echanges.lot.received", lot=str(lot.public_id), status=lot.status)
    return lot


def _describe_or_refuse(
    lot: Lot, source: BinaryIO, lot_format: LotFormat, *, now: datetime
) -> None:
    try:
        header, _records = open_file(pieces_of(source), lot_format)
        _describe(lot, header)
    except FileRefused as error:
        lot.status, lot.refusal, lot.finished_at = LotStatus.REFUSE, str(error)[:1000], now


def apply_lot(*, lot_id: int, caisse_id: int, now: datetime) -> Lot:
    """Check a received lot and apply its right lines, in one transaction; gives it as it ends.

    A lot that is finished is given as it is. Loads of one fund take turns: a second call waits
    for the first one, then finds its result. Raises ``Lot.DoesNotExist``.
    """
    with caisse_scope(caisse_id):
        _wait_for_turn(_APPLYING, caisse_id)
        lot = Lot.objects.filter(caisse_id=caisse_id).locked().get(pk=lot_id)
        if lot.status != LotStatus.RECU:
            return lot
        try:
            # What was staged goes with the savepoint.
            with transaction.atomic(), staging_tables():
                _load(lot, now=now)
        except FileRefused as error:
            lot.status, lot.refusal = LotStatus.REFUSE, str(error)[:1000]
        lot.finished_at = now
        lot.save(update_fields=_WRITTEN)
    logger.info("echanges.lot.finished", lot=str(lot.public_id), status=lot.status)
    return lot


def unfinished_lots() -> list[tuple[int, int]]:
    """(lot, fund) of the lots to apply that nobody is applying, oldest first."""
    from_every_fund = Lot.objects.unfinished().locked(skip_locked=True)
    with national_scope():
        return list(from_every_fund.values_list("pk", "caisse_id"))


def _load(lot: Lot, *, now: datetime) -> None:
    header, records = open_file(kept_pieces(lot), lot.format)
    staged = stage(records)
    _compare_totals(lot, header, staged)
    merge = Merge(lot.caisse_id)
    merge.expect(staged.count.lines)
    refuse_repeated_ids(merge)
    applied = merge_people(merge) + merge_debts(merge) + merge_months(merge)
    applied += merge_events(merge, lot_id=lot.pk, now=now)
    merge.expect(staged.count.lines)
    again = records_of(kept_pieces(lot), lot.format)
    lot.rejected_lines = keep_rejects(lot, again)
    lot.applied_lines = applied
    lot.unchanged_lines = staged.count.lines - applied - lot.rejected_lines
    lot.status = LotStatus.APPLIQUE
    if lot.corrects_id is not None:
        mark_corrected(lot)
    announce_debts(caisse_id=lot.caisse_id, now=now)
    find_double_collections(caisse_id=lot.caisse_id, now=now)
    drop_found()


def _compare_totals(lot: Lot, header: Header, staged: Staged) -> None:
    lot.counted = staged.count.by_kind
    different = staged.count.differences(header.totals)
    if different:
        words = [_("Les totaux ne correspondent pas : rien n’est appliqué."), *different]
        if staged.first_problems:
            words.append(_("Premières lignes en cause : ") + " ".join(staged.first_problems))
        raise FileRefused("\n".join(words))


def _describe(lot: Lot, header: Header) -> None:
    """What the header says, on the lot. Raises ``FileRefused`` when it cannot be taken."""
    lot.schema_version, lot.totals = VERSION, header.totals
    if header.caisse != lot.caisse.code:
        raise FileRefused(
            _("Ce fichier est celui de la caisse %(other)s, pas de la caisse %(own)s.")
            % {"other": header.caisse, "own": lot.caisse.code}
        )
    lot.day_on, lot.sequence = header.day_on, header.sequence
    if header.corrects is not None:
        _correct(lot, header.corrects)
    elif lot.corrects_id is None and _number_taken(lot):
        raise FileRefused(
            _(
                "Le fichier n° %(number)s du %(day)s a déjà été reçu avec un autre contenu : "
                "donnez le numéro suivant."
            )
            % {"number": lot.sequence, "day": f"{lot.day_on:%d/%m/%Y}"}
        )


def _correct(lot: Lot, public_id: UUID) -> None:
    corrected = Lot.objects.filter(
        caisse=lot.caisse, public_id=public_id, status=LotStatus.APPLIQUE
    ).first()
    if corrected is None or lot.corrects_id not in (None, corrected.pk):
        raise FileRefused(
            _("Le lot que ce fichier corrige n’est pas connu, ou n’a pas été appliqué.")
        )
    lot.corrects = corrected


def _received_again(lot: Lot, source: BinaryIO, lot_format: LotFormat) -> Lot:
    """The lot as it is; to apply now, when it was refused for a number that has been given back."""
    if lot.status != LotStatus.REFUSE or lot.counted or not lot.morceaux.exists():
        return lot
    try:
        header, _records = open_file(pieces_of(source), lot_format)
        if header.corrects is not None:
            return lot
        _describe(lot, header)
    except FileRefused:
        return lot
    lot.status, lot.refusal, lot.finished_at = LotStatus.RECU, "", None
    lot.save(update_fields=["status", "refusal", "finished_at"])
    return lot


def _number_taken(lot: Lot) -> bool:
    same_number = Lot.objects.filter(
        caisse=lot.caisse, day_on=lot.day_on, sequence=lot.sequence, corrects__isnull=True
    )
    return same_number.exclude(status=LotStatus.REFUSE).exists()


def _wait_for_turn(purpose: int, caisse_id: int) -> None:
    """One at a time in a fund, until the end of the transaction; longer limits than a request's."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('statement_timeout', %s, true),"
            " set_config('lock_timeout', %s, true), set_config('work_mem', '64MB', true),"
            # A load whose process was killed ends soon, and not with its longest statement.
            " set_config('client_connection_check_interval', '5s', true)",
            [TIME_LIMIT, TIME_LIMIT],
        )
        cursor.execute("SELECT pg_advisory_xact_lock(%s::int, %s::int)", [purpose, caisse_id])


def _receive_spooled(
    source: BinaryIO,
    *,
    caisse: Caisse,
    filename: str,
    lot_format: LotFormat,
    received_by: Agent | None,
    corrects: Lot | None,
    now: datetime,
) -> Lot:
    """The same, from what can be read once only (a pipe)."""
    with tempfile.TemporaryFile() as spool:
        while piece := source.read(PIECE_BYTES):
            spool.write(piece)
        return receive_lot(
            caisse=caisse,
            source=cast(BinaryIO, spool),
            filename=filename,
            format=lot_format,
            received_by=received_by,
            corrects=corrects,
            now=now,
        )


def _safe_name(filename: str) -> str:
    return "".join(sign for sign in filename if sign.isprintable())[-200:]
