"""Events as a file, JSON Lines or CSV, with the same envelope as the files that come in.

The first record says whose file it is, from which event to which, how many lines of each kind and
how many cents. The file is written piece by piece, from rows that never change.
"""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import BigIntegerField, Count, Max, Min, Sum
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast

from caf_portal.database.scope import caisse_scope
from caf_portal.paris import paris_date
from caf_portal.spreadsheet import guarded
from caisses.models import Caisse
from echanges.lines.schema import HEADER, VERSION
from echanges.models import EvenementSortant
from echanges.models.sortie import EvenementKind
from echanges.services.event_body import body_of
from echanges.services.publishing import publish_events

_BATCH = 1_000
#: Names of the totals, by kind.
TOTALS: dict[EvenementKind, str] = {
    EvenementKind.PAYMENT: "paiements",
    EvenementKind.REFUND: "remboursements",
    EvenementKind.PLAN: "echeanciers",
    EvenementKind.ECHEANCE: "echeances",
    EvenementKind.STATE: "etats",
    EvenementKind.DEMANDE: "demandes",
    EvenementKind.MOUVEMENT: "mouvements",
}
#: Amount that is summed, in the payload of each kind that has one.
_CENTS: dict[EvenementKind, str] = {
    EvenementKind.PAYMENT: "amount_cents",
    EvenementKind.REFUND: "amount_cents",
    EvenementKind.PLAN: "total_cents",
    EvenementKind.ECHEANCE: "amount_cents",
    EvenementKind.MOUVEMENT: "amount_cents",
}
EVENT = "evenement"
_EVENT_COLUMNS = ("id", "number", "kind", "occurred_at", "published_at")
#: Every name that a payload may have, in the order of the documentation.
PAYLOAD_COLUMNS = (
    *("creance", "numero", "nature", "rang", "payment", "reference", "refund", "transaction"),
    *("echeancier", "echeance", "demande", "rank", "from_status", "status", "from_state", "state"),
    *("cause", "origin", "sens", "means", "amount_cents", "total_cents", "balance_after_cents"),
    *("remitted_cents", "paid_at", "agreed_at", "filed_on", "due_on", "on", "until_on", "value_on"),
    *("suspends", "source", "affectations", "transactions", "parts", "echeances"),
)
#: ``kind`` is a name of the event and of some payloads.
_KIND_OF_PAYLOAD = "payload_kind"


class OutgoingFormat(models.TextChoices):
    """How the file is written."""

    JSONL = "jsonl", "JSON Lines"
    CSV = "csv", "CSV"


@dataclass(frozen=True, slots=True)
class Selection:
    """The events of one file: those of a fund, after a number and up to another one."""

    caisse_id: int
    caisse_code: str
    after: int
    last: int
    header: dict[str, Any]


def select_events(*, caisse: Caisse, after: int, now: datetime) -> Selection:
    """What is published after ``after``, once what waits is published, with its totals."""
    publish_events(caisse_id=caisse.pk, now=now)
    with caisse_scope(caisse.pk):
        events = EvenementSortant.objects.filter(caisse_id=caisse.pk, number__gt=after)
        ends = events.aggregate(first=Min("number"), last=Max("number"))
        last = ends["last"] or after
        totals = _totals(events.filter(number__lte=last))
    header = {
        "type": HEADER,
        "schema": VERSION,
        "caisse": caisse.code,
        "journee": paris_date(now).isoformat(),
        "apres": after,
        "premier": ends["first"],
        "dernier": last,
        **totals,
    }
    return Selection(caisse.pk, caisse.code, after, last, header)


def file_of(selection: Selection, file_format: OutgoingFormat) -> Iterator[bytes]:
    """The file, line by line; each batch of rows is read in a scope of its own."""
    if file_format == OutgoingFormat.CSV:
        yield _row(columns())
        yield _row(_cells(selection.header))
        for event in _events(selection):
            yield _row(_cells(_flat(body_of(event, caisse_code=selection.caisse_code))))
        return
    yield _json(selection.header)
    for event in _events(selection):
        body = body_of(event, caisse_code=selection.caisse_code)
        yield _json({"type": EVENT, **body})


def columns() -> list[str]:
    """The columns of the CSV file."""
    header = ["type", "schema", "caisse", "journee", "apres", "premier", "dernier"]
    totals = [f"{name}_lignes" for name in TOTALS.values()]
    cents = [f"{TOTALS[kind]}_centimes" for kind in _CENTS]
    return [*header, *totals, *cents, *_EVENT_COLUMNS, _KIND_OF_PAYLOAD, *PAYLOAD_COLUMNS]


def _events(selection: Selection) -> Iterator[EvenementSortant]:
    number = selection.after
    while number < selection.last:
        with caisse_scope(selection.caisse_id):
            following = EvenementSortant.objects.filter(
                caisse_id=selection.caisse_id, number__gt=number, number__lte=selection.last
            )
            batch = list(following.order_by("number")[:_BATCH])
        yield from batch
        number = batch[-1].number


def _totals(events: models.QuerySet[EvenementSortant]) -> dict[str, int]:
    lines = dict(events.values_list("kind").annotate(lines=Count("pk")))
    totals = {f"{name}_lignes": lines.get(kind, 0) for kind, name in TOTALS.items()}
    for kind, amount in _CENTS.items():
        cents = Cast(KeyTextTransform(amount, "payload"), BigIntegerField())
        summed = events.filter(kind=kind).aggregate(cents=Sum(cents))["cents"]
        totals[f"{TOTALS[kind]}_centimes"] = int(summed or 0)
    return totals


def _flat(body: dict[str, Any]) -> dict[str, Any]:
    """One level: what the payload says beside the event, lists as JSON."""
    payload = dict(body["payload"])
    kind = payload.pop("kind", "")
    event = {name: value for name, value in body.items() if name != "payload"}
    return {"type": EVENT, **event, _KIND_OF_PAYLOAD: kind, **payload}


def _cells(values: dict[str, Any]) -> list[str]:
    return [_cell(values.get(name)) for name in columns()]


def _cell(value: Any) -> str:
    """Text that no spreadsheet takes for a formula; numbers and dates as they are."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return guarded(value) if isinstance(value, str) else str(value)


def _row(values: list[str]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerow(values)
    return text.getvalue().encode()


def _json(values: dict[str, Any]) -> bytes:
    return (json.dumps(values, ensure_ascii=False) + "\n").encode()
