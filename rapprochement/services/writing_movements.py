"""Writes the écritures of what the fund's software and agents' decisions did to debts."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

import structlog
from django.db import connection, transaction
from django.utils.translation import override

from allocataires.nomenclature import Famille, MouvementType, Nature, famille_of
from caf_portal.database.advisory import one_at_a_time
from caf_portal.database.scope import caisse_scope
from comptabilite.models import Anomalie, SchemaComptable
from comptabilite.models.anomalie import AnomalieKind
from comptabilite.models.events import Evenement
from comptabilite.models.schema import SchemaStatus
from comptabilite.movement_events import EVENT_OF, debits_the_debt
from comptabilite.services.anomalies import open_anomalie
from comptabilite.services.open_days import open_day
from comptabilite.services.settling import settle_by_fact
from rapprochement.statements import statement, take_time

logger = structlog.get_logger(__name__)
#: Movements of one transaction: how long it may keep a closing waiting.
BATCH: Final = 20_000


@dataclass(frozen=True, slots=True)
class _Batch:
    """The last movement looked at (``None``: there was none), écritures, events without a rule."""

    last: int | None
    written: int
    ruleless: list[str]


def write_movements(*, caisse_id: int, now: datetime, batch: int = BATCH) -> int:
    """Write one écriture for each movement of the fund's debts that none tells; returns how many.

    The fact's day is that of the movement's effect, or the day it was learnt if that is earlier;
    the accounting day is the first open one from it, and never before the fund's first scheme.
    Events that the scheme leaves to the fund's software are left to it; one without a rule is put
    on the work list and waits. A few SQL statements a batch, each batch in its transaction; two
    runs of one fund take turns. Running it again writes nothing twice
    (``inv04_ecriture_booked_once``).
    """
    written, after = 0, 0
    ruleless: set[str] = set()
    while True:
        done = _write_batch(caisse_id, after=after, most=batch, now=now)
        written += done.written
        ruleless |= {_subject(word) for word in done.ruleless}
        if done.last is None:
            break
        after = done.last
    _settle_ruled(caisse_id, ruleless, now=now)
    if written:
        logger.info("rapprochement.movements.written", caisse=caisse_id, ecritures=written)
    return written


def _write_batch(caisse_id: int, *, after: int, most: int, now: datetime) -> _Batch:
    with caisse_scope(caisse_id), transaction.atomic():
        first_on = _first_scheme_on(caisse_id)
        if first_on is None:
            return _Batch(None, 0, [])
        take_time()
        # The books first, then the turn: a closing takes both in this order.
        floor = open_day(caisse_id=caisse_id, on=first_on)
        # One writer a fund: the view shows a movement until its écriture is committed.
        one_at_a_time("mouvements", caisse_id)
        with connection.cursor() as cursor:
            values: dict[str, Any] = {"caisse": caisse_id, "after": after, "most": most}
            values |= {"floor": floor, "now": now}
            cursor.execute(statement("write_movements"), values | _words())
            last, written, ruleless = cursor.fetchone()
            cursor.execute("SET LOCAL enable_nestloop TO DEFAULT")
        found = _Batch(last, written, ruleless or [])
        _tell_missing(caisse_id, found.ruleless, now=now)
    return found


def _first_scheme_on(caisse_id: int) -> date | None:
    adopted = SchemaComptable.objects.filter(caisse_id=caisse_id, status=SchemaStatus.ADOPTE)
    return adopted.order_by("effective_on").values_list("effective_on", flat=True).first()


def _words() -> dict[str, Any]:
    """Kinds of movements with their events, and natures with their families, as SQL arrays."""
    kinds = list(EVENT_OF)
    with override("fr"):
        labels = [str(MouvementType(kind).label) for kind in kinds]
    return {
        "kinds": [kind.value for kind in kinds],
        "events": [EVENT_OF[kind].value for kind in kinds],
        "labels": labels,
        "debits": [debits_the_debt(kind) for kind in kinds],
        "natures": list(Nature.values),
        "familles": [famille_of(nature).value for nature in Nature.values],
        "other": Famille.AUTRE.value,
    }


def _tell_missing(caisse_id: int, ruleless: list[str], *, now: datetime) -> None:
    for word in ruleless:
        event, _space, famille = word.partition(" ")
        with override("fr"):
            label = str(Evenement(event).label)
        open_anomalie(
            caisse_id=caisse_id,
            kind=AnomalieKind.LEDGER_RULE_MISSING,
            subject=_subject(word),
            detail=(
                f"« {label} » ({famille}) : le schéma comptable n’a pas de règle. Ajoutez-la dans "
                "une nouvelle version, ou laissez cet événement au logiciel de la caisse : les "
                "mouvements qui attendent seront écrits d’eux-mêmes."
            ),
            now=now,
        )


def _settle_ruled(caisse_id: int, ruleless: set[str], *, now: datetime) -> None:
    """The lines of events that no movement waits for any more: their rule came, or they went."""
    with caisse_scope(caisse_id):
        told = Anomalie.objects.still_open().filter(
            caisse_id=caisse_id, kind=AnomalieKind.LEDGER_RULE_MISSING, subject__contains="-"
        )
        settle_by_fact(
            caisse_id=caisse_id,
            kinds=[AnomalieKind.LEDGER_RULE_MISSING],
            subjects=set(told.values_list("subject", flat=True)) - ruleless,
            note="Plus aucun mouvement n’attend cette règle.",
            now=now,
        )


def _subject(word: str) -> str:
    event, _space, famille = word.partition(" ")
    return f"{event}-{famille}"
