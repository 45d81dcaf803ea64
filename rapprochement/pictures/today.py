"""Today's figures, for the home pages of the administrations."""

from dataclasses import dataclass
from datetime import datetime, time

from django.db import connection

from caf_portal.paris import PARIS, paris_date
from caisses.perms import Rights
from rapprochement.pictures.figures import Money, money_by_fund
from rapprochement.pictures.periods import Span, Step

#: One look-up by index for each fund: what counts is a day, never the whole history.
_UNDER_WAY = """
SELECT c.id, c.code, c.nom, p.in_progress, p.held, a.still_open
  FROM caisses_caisse c
 CROSS JOIN LATERAL (
       SELECT count(*) FILTER (WHERE status IN ('OPEN', 'PENDING')) AS in_progress,
              count(*) FILTER (WHERE status = 'HELD') AS held
         FROM payments_payment
        WHERE caisse_id = c.id AND created_at >= %(since)s
       ) p
 CROSS JOIN LATERAL (
       SELECT count(*) AS still_open
         FROM comptabilite_anomalie
        WHERE caisse_id = c.id AND settled_at IS NULL
       ) a
 WHERE %(national)s OR c.id = ANY(%(caisse_ids)s)
 ORDER BY c.code
"""


@dataclass(frozen=True, slots=True)
class CaisseFigures:
    """One fund's day in Paris: the receipts that its journals hold, the payments begun and not
    over, and the anomalies still open. The money is the journals', so that a plan counts for the
    dues that came in and not for what it promised."""

    caisse_id: int
    code: str
    nom: str
    paid: int
    paid_cents: int
    in_progress: int
    held: int
    open_anomalies: int


def figures_of_today(*, rights: Rights, now: datetime) -> list[CaisseFigures]:
    """A line for each fund that the agent may see, in two queries, by code."""
    today = paris_date(now)
    parameters = {
        "since": datetime.combine(today, time.min, PARIS),
        "national": rights.national,
        "caisse_ids": sorted(rights.caisse_ids),
    }
    with connection.cursor() as cursor:
        cursor.execute(_UNDER_WAY, parameters)
        rows = cursor.fetchall()
    funds = [caisse_id for caisse_id, *_rest in rows]
    money = money_by_fund(caisse_ids=funds, step=Step.JOUR, spans=[Span(today, today)])
    return [_line(row, money.get((row[0], today), Money())) for row in rows]


def _line(row: tuple[int, str, str, int, int, int], money: Money) -> CaisseFigures:
    caisse_id, code, nom, *under_way = row
    return CaisseFigures(caisse_id, code, nom, money.payments, money.paid_cents, *under_way)
