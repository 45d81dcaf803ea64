"""Finds the debts that were paid by card and withheld from in the same month.

Benefits are withheld by a monthly run: a card payment made between the run and the 5th meets it
(docs/domaine.md). An agent must see it before the month ends, to give one of the two back. One
line of the work list a debt and month; months are those of the movements' dates, Paris.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection

from caf_portal.database.scope import caisse_scope, national_scope
from caf_portal.money import format_euros
from caf_portal.paris import paris_date
from comptabilite.models.anomalie import AnomalieKind
from comptabilite.services.anomalies import open_anomalie

#: Set-based, from the card movements of the two months (index ``mouvement_by_card_day``): they are
#: a few of all the movements, and each debt's other ones are found by its own index. What was
#: given back meanwhile, or taken back by the bank, is no double collection any more.
_FIND = """
WITH paid AS (
    SELECT caisse_id, creance_id, date_trunc('month', value_on)::date AS month_on,
           sum(amount_cents)::bigint AS cents, max(value_on) AS last_on,
           max(recorded_at) AS last_at
      FROM allocataires_mouvement
     WHERE kind = 'CARTE' AND value_on >= %(since)s AND value_on < %(before)s
       AND (%(caisse_id)s::bigint IS NULL OR caisse_id = %(caisse_id)s)
     GROUP BY 1, 2, 3
)
SELECT p.caisse_id, c.public_id, c.nature || ' ' || c.rang, p.month_on, p.cents - back.cents,
       p.last_on, held.cents, held.last_on
  FROM paid p
  JOIN LATERAL (
        SELECT sum(m.amount_cents)::bigint AS cents, max(m.value_on) AS last_on,
               max(m.recorded_at) AS last_at
          FROM allocataires_mouvement m
         WHERE m.creance_id = p.creance_id AND m.kind = 'RETENUE' AND m.value_on >= p.month_on
           AND m.value_on < p.month_on + interval '1 month'
       ) held ON held.cents > 0
  JOIN LATERAL (
        SELECT coalesce(sum(m.amount_cents), 0)::bigint AS cents
          FROM allocataires_mouvement m
         WHERE m.creance_id = p.creance_id AND m.value_on >= p.month_on
           AND (m.kind = 'REMBOURSEMENT'
                OR m.kind = 'IMPAYE' AND EXISTS (
                    SELECT FROM payments_refund r
                     WHERE r.caisse_id = m.caisse_id AND r.public_id = m.source_id))
       ) back ON back.cents < p.cents
  JOIN allocataires_creance c ON c.id = p.creance_id
 WHERE NOT EXISTS (
        SELECT 1 FROM comptabilite_anomalie a
         WHERE a.caisse_id = p.caisse_id AND a.kind = 'DOUBLE_COLLECTION'
           AND a.subject = replace(c.public_id::text, '-', '')
                           || to_char(p.month_on, ' YYYY-MM')
           AND (a.settled_at IS NULL OR a.settled_at >= greatest(p.last_at, held.last_at))
       )
 ORDER BY p.caisse_id, c.id, p.month_on
"""


@dataclass(frozen=True, slots=True)
class DoubleCollection:
    """A debt, a month, and what both roads brought."""

    caisse_id: int
    creance_id: str
    debt: str
    month_on: date
    paid_cents: int
    paid_on: date
    withheld_cents: int
    withheld_on: date

    @property
    def subject(self) -> str:
        """What makes one line of the work list."""
        return f"{self.creance_id} {self.month_on:%Y-%m}"

    @property
    def twice_cents(self) -> int:
        """What was collected twice: the lesser of the two."""
        return min(self.paid_cents, self.withheld_cents)


def find_double_collections(*, caisse_id: int | None, now: datetime) -> int:
    """Open a line for each debt collected twice this month or the last one; returns how many.

    For one fund, in its own scope (an import calls it so), or for all of them. Running it again
    opens nothing that is there already, nor what was settled unless more was paid or withheld
    since.
    """
    scope = national_scope() if caisse_id is None else caisse_scope(caisse_id)
    with scope:
        found = _find(caisse_id, now=now)
        for each in found:
            _open(each, now=now)
    return len(found)


def _find(caisse_id: int | None, *, now: datetime) -> list[DoubleCollection]:
    this_month = paris_date(now).replace(day=1)
    asked = {
        "since": (this_month - timedelta(days=1)).replace(day=1),
        "before": (this_month + timedelta(days=32)).replace(day=1),
        "caisse_id": caisse_id,
    }
    with connection.cursor() as cursor:
        cursor.execute(_FIND, asked)
        rows = cursor.fetchall()
    return [DoubleCollection(row[0], row[1].hex, *row[2:]) for row in rows]


def _open(each: DoubleCollection, *, now: datetime) -> None:
    open_anomalie(
        caisse_id=each.caisse_id,
        kind=AnomalieKind.DOUBLE_COLLECTION,
        subject=each.subject,
        amount_cents=each.twice_cents,
        detail=(
            f"Créance {each.debt}, {each.month_on:%m/%Y} : "
            f"{format_euros(each.paid_cents)} payés par carte (dernier le {each.paid_on:%d/%m/%Y}) "
            f"et {format_euros(each.withheld_cents)} retenus sur les prestations (dernière le "
            f"{each.withheld_on:%d/%m/%Y}). Si la retenue suffisait, rendez "
            f"{format_euros(each.twice_cents)} du paiement avant la fin du mois."
        ),
        now=now,
    )
