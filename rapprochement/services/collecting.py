"""Takes the files that banks and the platform drop in the exchange folder, one after the other.

``a-lire/`` is where they arrive (by SFTP, see ``docs/exploitation.md``); a file that was loaded
goes to ``lus/<year>/<month>/``, a refused one to ``refuses/`` beside a ``.txt`` with the reason. A
process killed anywhere leaves the file in ``a-lire/``: the next run finds that it is loaded
already, or loads it.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Final

import structlog
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from caf_portal.database.advisory import held
from caf_portal.database.scope import caisse_scope, national_scope
from caf_portal.paris import paris_date
from caf_portal.sweeping import try_each
from comptabilite.models.anomalie import AnomalieKind
from comptabilite.services.anomalies import open_anomalie
from payments.models import Boutique
from rapprochement.models.files import Arrivee
from rapprochement.readers.gateway.names import told_by_name
from rapprochement.readers.problems import FileUnreadable
from rapprochement.services.dropped_files import Dropped, dropped_files, put_away, read_dropped
from rapprochement.services.file_refusals import AlreadyLoaded, FileRefused, FileTooEarly
from rapprochement.services.reading_order import LAST, Place, place_of
from rapprochement.services.receiving import receive_file, shown_name

logger = structlog.get_logger(__name__)

#: How long a file waits for the one that must come first.
PATIENCE: Final = timedelta(hours=24)


@dataclass
class Collected:
    """What a run did: names of the files."""

    loaded: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)


def collect_files(*, now: datetime) -> Collected:
    """Load what lies in the folder, each file whole and once; nothing without a folder.

    One process at a time. Statements of several days that came together are loaded in their order.
    Files still being written are left. One that breaks on an error of ours stays where it is and
    the others are tried; the error is raised at the end.
    """
    done = Collected()
    folder: Path | None = settings.RELEVES_FOLDER
    if folder is None:
        return done
    with held("rapprochement.collect_files") as obtained, override("fr"):
        if obtained:
            _collect(folder, done, now=now)
    return done


def _collect(folder: Path, done: Collected, *, now: datetime) -> None:
    todo = dropped_files(folder / "a-lire", now=now)
    if len(todo) > 1:
        todo.sort(key=_place)
    try_each(todo, partial(_take, folder=folder, done=done, now=now))


def _place(dropped: Dropped) -> Place:
    """Each is read twice when several came together, so that one only is held in memory."""
    try:
        return place_of(read_dropped(dropped), dropped.path.name)
    except (FileRefused, OSError):
        return LAST


def _take(dropped: Dropped, *, folder: Path, done: Collected, now: datetime) -> None:
    """Load one file and put it away."""
    try:
        content = read_dropped(dropped)
        receive_file(content=content, filename=dropped.path.name, arrivee=Arrivee.DOSSIER, now=now)
    except AlreadyLoaded:
        _put_in_read(dropped, folder, done, now=now)
    except FileTooEarly as error:
        if dropped.modified_at > now - PATIENCE:
            done.waiting.append(shown_name(dropped.path.name))
        else:
            _refuse(dropped, error, folder, done, now=now)
    except FileRefused as error:
        _refuse(dropped, error, folder, done, now=now)
    else:
        _put_in_read(dropped, folder, done, now=now)


def _put_in_read(dropped: Dropped, folder: Path, done: Collected, *, now: datetime) -> None:
    day = paris_date(now)
    put_away(dropped, folder / "lus" / f"{day:%Y}" / f"{day:%m}")
    done.loaded.append(shown_name(dropped.path.name))


def _refuse(
    dropped: Dropped, error: FileRefused, folder: Path, done: Collected, *, now: datetime
) -> None:
    name = shown_name(dropped.path.name)
    caisse_id = error.caisse_id or _fund_by_name(name)
    if caisse_id is None:
        # The reason is beside the file: it may quote a cell, and a cell may name somebody.
        logger.error("rapprochement.file.refused", file=name)
    else:
        _tell_agents(dropped, error, caisse_id, now=now)
    put_away(dropped, folder / "refuses", reason=str(error))
    done.refused.append(name)


def _tell_agents(dropped: Dropped, error: FileRefused, caisse_id: int, *, now: datetime) -> None:
    """One line of the work list for the same bytes, however often they are dropped."""
    with caisse_scope(caisse_id):
        open_anomalie(
            caisse_id=caisse_id,
            kind=AnomalieKind.FILE_REFUSED,
            subject=dropped.sha256,
            detail=_("« %(name)s », trouvé dans le dossier d’échange : %(why)s")
            % {"name": shown_name(dropped.path.name), "why": error},
            now=now,
        )


def _fund_by_name(name: str) -> int | None:
    """The fund of the shop that the name of a platform's file tells, for one that says no more."""
    try:
        told = told_by_name(name)
    except FileUnreadable:
        return None
    if told is None:
        return None
    with national_scope():
        shops = Boutique.objects.filter(site_id=told.origin.site_id, mode=told.origin.mode.value)
        return shops.values_list("caisse_id", flat=True).first()
