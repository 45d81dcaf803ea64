"""Money that waits on suspense accounts: read from the lines of the books alone."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.db import connection

from comptabilite.models import Anomalie, Ecriture
from comptabilite.models.events import Evenement

#: What a scheme's rules credit with money nobody identified yet; what they debit when it goes.
_CREDITED: Final = (
    Evenement.UNIDENTIFIED_RECEIPT,
    Evenement.BANK_RECEIPT,
    Evenement.REPRESENTMENT_SUSPENSE,
)
_DEBITED: Final = (
    Evenement.SUSPENSE_REFUND,
    Evenement.SUSPENSE_TO_DEBT,
    Evenement.RECEIPT_SENT,
    Evenement.CHARGEBACK_SUSPENSE,
    Evenement.BANK_PAYMENT,
)
#: Lines that no live lettrage holds, gathered by piece: what came in under a piece leaves under it.
#: Accounts are those of every version that was adopted: money may still wait on an older one.
_WAITING: Final = """
WITH account AS (
    SELECT DISTINCT r.caisse_id,
           CASE WHEN r.event = ANY(%(credited)s) THEN r.credit_id ELSE r.debit_id END AS compte_id
      FROM comptabilite_reglecomptable r
      JOIN comptabilite_schemacomptable s ON s.id = r.schema_id AND s.status = 'ADOPTE'
     WHERE r.event = ANY(%(credited)s || %(debited)s) AND r.caisse_id = ANY(%(caisses)s)
), piece AS (
    SELECT l.caisse_id, l.compte_id, e.piece, sum(l.credit_cents - l.debit_cents)::bigint AS cents,
           min(e.origin_on) AS since_on, min(l.id) AS first_ligne_id, array_agg(l.id) AS ligne_ids
      FROM account a
      JOIN comptabilite_ligne l ON l.caisse_id = a.caisse_id AND l.compte_id = a.compte_id
      JOIN comptabilite_ecriture e ON e.caisse_id = l.caisse_id AND e.id = l.ecriture_id
     WHERE NOT EXISTS (SELECT FROM comptabilite_lignelettree x
                        WHERE x.caisse_id = l.caisse_id AND x.ligne_id = l.id AND x.live)
       AND (%(piece)s::text IS NULL OR e.piece = %(piece)s)
     GROUP BY l.caisse_id, l.compte_id, e.piece
    HAVING sum(l.credit_cents - l.debit_cents) <> 0
)
"""
_ROWS: Final = """
SELECT c.code, c.nom, k.number, p.piece, p.cents, p.since_on, p.first_ligne_id, e.id, e.source_id,
       e.label, e.event, p.caisse_id, n.text, n.at, n.username
  FROM piece p
  JOIN caisses_caisse c ON c.id = p.caisse_id
  JOIN comptabilite_compte k ON k.caisse_id = p.caisse_id AND k.id = p.compte_id
  JOIN comptabilite_ligne l ON l.caisse_id = p.caisse_id AND l.id = p.first_ligne_id
  JOIN comptabilite_ecriture e ON e.caisse_id = l.caisse_id AND e.id = l.ecriture_id
  LEFT JOIN LATERAL (
        SELECT t.text, t.at, u.username
          FROM comptabilite_noteligne t JOIN caisses_agent u ON u.id = t.agent_id
         WHERE t.caisse_id = p.caisse_id AND t.ligne_id = ANY(p.ligne_ids)
         ORDER BY t.id DESC LIMIT 1
       ) n ON true
 ORDER BY p.since_on, p.caisse_id, p.first_ligne_id
 LIMIT %(most)s OFFSET %(skip)s
"""
_TOTALS: Final = """
SELECT count(*), coalesce(sum(cents), 0)::bigint,
       coalesce(sum(cents) FILTER (WHERE cents > 0), 0)::bigint,
       coalesce(sum(cents) FILTER (WHERE cents < 0), 0)::bigint
  FROM piece
"""


@dataclass(frozen=True, slots=True)
class Waiting:
    """What is left of a piece on a suspense account: cents to give or place, less than 0 when more
    left the account than came in. ``since_on``: Paris day of its oldest fact."""

    caisse_code: str
    caisse_nom: str
    compte: str
    piece: str
    cents: int
    since_on: date
    ligne_id: int
    ecriture_id: int
    source_id: UUID
    label: str
    event: str
    caisse_id: int
    note: str | None
    noted_at: datetime | None
    noted_by: str | None


@dataclass(frozen=True, slots=True)
class Total:
    """How many pieces wait, and for how much: their sum is the balance of the accounts."""

    pieces: int
    cents: int
    credit_cents: int
    debit_cents: int


def waiting_pieces(*, caisse_ids: Collection[int], most: int, skip: int = 0) -> list[Waiting]:
    """What waits on the suspense accounts of these funds, the oldest first. One query."""
    return [
        Waiting(*row)
        for row in _read(_WAITING + _ROWS, caisse_ids=caisse_ids, most=most, skip=skip)
    ]


def total_waiting(*, caisse_ids: Collection[int]) -> Total:
    """What all of it sums to: the balance of the suspense accounts of these funds."""
    ((pieces, cents, credit_cents, debit_cents),) = _read(_WAITING + _TOTALS, caisse_ids=caisse_ids)
    return Total(pieces, cents, credit_cents, -debit_cents)


def money_waiting(anomalie: Anomalie) -> int:
    """Cents that the anomaly's subject names and that still wait on a suspense account; 0 when it
    names no money of the books."""
    try:
        source_id = UUID(hex=anomalie.subject.split(" ")[0])
    except ValueError:
        return 0
    received = Ecriture.objects.filter(
        caisse_id=anomalie.caisse_id, source_id=source_id, reverses__isnull=True
    ).first()
    if received is None:
        return 0
    ((_pieces, cents, *_rest),) = _read(
        _WAITING + _TOTALS, caisse_ids=[anomalie.caisse_id], piece=received.piece
    )
    return max(0, int(cents))


def _read(
    query: str,
    *,
    caisse_ids: Collection[int],
    piece: str | None = None,
    most: int = 0,
    skip: int = 0,
) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(
            query,
            {
                "credited": [str(event) for event in _CREDITED],
                "debited": [str(event) for event in _DEBITED],
                "caisses": sorted(caisse_ids),
                "piece": piece,
                "most": most,
                "skip": skip,
            },
        )
        rows: list[Any] = cursor.fetchall()
    return rows
