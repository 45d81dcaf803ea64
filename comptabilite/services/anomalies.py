"""Opens lines of the agents' work list."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from comptabilite.models.anomalie import AnomalieKind
from comptabilite.work_rules import rule_of

#: One statement however many facts; what is open already, or answered for good, is left as it is.
_OPEN = """
INSERT INTO comptabilite_anomalie
       (caisse_id, kind, subject, occurrence, amount_cents, detail, opened_at, settled_note)
SELECT %(caisse)s, t.kind, t.subject, coalesce(last.occurrence, 0) + 1, t.amount_cents, t.detail,
       %(now)s, ''
  FROM unnest(%(kinds)s::text[], %(subjects)s::text[], %(amounts)s::bigint[], %(details)s::text[],
              %(states)s::boolean[], %(by_amount)s::boolean[], %(cutoffs)s::timestamptz[])
       AS t(kind, subject, amount_cents, detail, state, by_amount, cutoff)
  LEFT JOIN LATERAL (
        SELECT a.occurrence, a.settled_at, a.settled_by_id
          FROM comptabilite_anomalie a
         WHERE a.caisse_id = %(caisse)s AND a.kind = t.kind AND a.subject = t.subject
         ORDER BY a.occurrence DESC LIMIT 1
       ) last ON true
 WHERE last.occurrence IS NULL
    OR (last.settled_at IS NOT NULL
        AND ((t.state AND last.settled_by_id IS NULL)
             OR last.settled_at <= t.cutoff
             OR (t.by_amount AND NOT EXISTS (
                    SELECT FROM comptabilite_anomalie a
                     WHERE a.caisse_id = %(caisse)s AND a.kind = t.kind AND a.subject = t.subject
                       AND a.amount_cents IS NOT DISTINCT FROM t.amount_cents))))
    ON CONFLICT DO NOTHING
"""


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that does not fit: ``subject`` names it for good, ``detail`` is for an agent."""

    kind: AnomalieKind
    subject: str
    detail: str
    amount_cents: int | None = None


def open_anomalie(
    *,
    caisse_id: int,
    kind: AnomalieKind,
    subject: str,
    detail: str,
    now: datetime,
    amount_cents: int | None = None,
) -> None:
    """Put a fact on the work list, in the caller's transaction (see ``open_anomalies``)."""
    open_anomalies(caisse_id=caisse_id, facts=[Fact(kind, subject, detail, amount_cents)], now=now)


def open_anomalies(*, caisse_id: int, facts: Collection[Fact], now: datetime) -> None:
    """Put facts of a fund on its work list, in the caller's transaction and in one statement.

    A fact that is there already and open is left. One whose line was settled is left too, or makes
    a new line, as the rule of its kind says (``comptabilite.work_rules``): nothing comes back
    without being seen, and nothing that was answered comes back for nothing. Words that come from
    outside may be of any length: what does not fit is cut.
    """
    if not facts:
        return
    rules = [rule_of(fact.kind) for fact in facts]
    with connection.cursor() as cursor:
        cursor.execute(
            _OPEN,
            {
                "caisse": caisse_id,
                "now": now,
                "kinds": [str(fact.kind) for fact in facts],
                "subjects": [fact.subject[:64] for fact in facts],
                "amounts": [fact.amount_cents for fact in facts],
                "details": [fact.detail[:1000] for fact in facts],
                "states": [rule.state for rule in rules],
                "by_amount": [rule.by_amount for rule in rules],
                "cutoffs": [
                    None if rule.again_after is None else now - rule.again_after for rule in rules
                ],
            },
        )
