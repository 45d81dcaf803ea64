"""Today's figures, for the home pages of the administrations."""

from dataclasses import dataclass
from datetime import datetime, time

from django.db import connection

from caf_portal.paris import PARIS, paris_date
from caisses.perms import Rights

#: One look-up by index for each fund: what counts is a day, never the whole history.
_FIGURES = """
SELECT c.id, c.code, c.nom, j.paid, j.paid_cents, p.in_progress, p.held, a.still_open
  FROM caisses_caisse c
 CROSS JOIN LATERAL (
       SELECT count(DISTINCT e.id) AS paid, coalesce(sum(l.debit_cents), 0)::bigint AS paid_cents
         FROM comptabilite_journal j
         JOIN comptabilite_ecriture e
           ON e.caisse_id = c.id AND e.journal_id = j.id AND e.accounting_on = %(today)s
          AND e.event = 'CARD_PAYMENT'
         JOIN comptabilite_ligne l ON l.ecriture_id = e.id
        WHERE j.caisse_id = c.id
       ) j
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
    """A line for each fund that the agent may see, in one query, by code."""
    today = paris_date(now)
    parameters = {
        "today": today,
        "since": datetime.combine(today, time.min, PARIS),
        "national": rights.national,
        "caisse_ids": sorted(rights.caisse_ids),
    }
    with connection.cursor() as cursor:
        cursor.execute(_FIGURES, parameters)
        return [CaisseFigures(*row) for row in cursor.fetchall()]
