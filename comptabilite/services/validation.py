"""Makes the écritures of closed days final: each gets its number and its place in the chain.

What gives them is the database (``inv11_numbers_follow``, ``closing.sql``): this only says which
écritures, and in which order.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection, transaction

from comptabilite.models import Cloture

#: Written and not final. The journals are named for the index of écritures, which begins with them;
#: what is on a closed day is final already (invariant 17), hence no look at the years before.
_DRAFTS = """
  FROM comptabilite_ecriture e
 WHERE e.caisse_id = %(fund)s
   AND e.journal_id = ANY (ARRAY(SELECT id FROM comptabilite_journal WHERE caisse_id = %(fund)s))
   AND e.accounting_on BETWEEN %(first)s AND %(last)s
   AND NOT EXISTS (SELECT FROM comptabilite_validation v WHERE v.ecriture_id = e.id)
"""
#: The lines of each by their index, one écriture after the other: right after a bulk load, before
#: the statistics follow, joining the two tables may read each of them once an écriture.
_COUNT = f"""
WITH drafts AS MATERIALIZED (SELECT e.id {_DRAFTS})
SELECT count(*), coalesce(sum(l.debit_cents), 0)
  FROM drafts d
 CROSS JOIN LATERAL (
       SELECT sum(x.debit_cents) AS debit_cents FROM comptabilite_ligne x
        WHERE x.ecriture_id = d.id AND x.caisse_id = %(fund)s) l
"""  # noqa: S608 - a part of a query, ours
_VALIDATE = f"""
INSERT INTO comptabilite_validation
    (caisse_id, ecriture_id, journal_id, cloture_id, exercice, number, validated_on, validated_at,
     previous_hash, hash)
SELECT e.caisse_id, e.id, e.journal_id, %(cloture)s, 0, 0, %(on)s, %(at)s, '', ''
{_DRAFTS}
 ORDER BY e.journal_id, e.accounting_on, e.recorded_at, e.id
"""
#: A large fund's busiest day takes some seconds; a request of a person has ten.
TIME_LIMIT = "5min"
_BEFORE_ALL = date(1900, 1, 1)


@dataclass(frozen=True, slots=True)
class Drafts:
    """The écritures that a closing would make final, and the sum of their debits in cents."""

    ecritures: int
    debit_cents: int


def drafts_until(*, caisse_id: int, last_on: date) -> Drafts:
    """What closing this day (Paris) would make final, in the caller's scope."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, _period(caisse_id, last_on))
        ecritures, cents = cursor.fetchone()
    return Drafts(ecritures, int(cents))


@transaction.atomic
def validate_day(*, cloture: Cloture, validated_on: date, now: datetime) -> int:
    """Make final every draft of the fund until the day that closes; returns how many.

    In the transaction that wrote ``cloture``, a day, and holds the books alone: one statement, in
    the order of each journal (accounting date, instant, key). ``validated_on`` is the Paris date
    that the écritures bear as that of their validation.
    """
    period = _period(cloture.caisse_id, cloture.last_on, before=cloture.first_on)
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('statement_timeout', %s, true)", [TIME_LIMIT])
        said: dict[str, int | date] = {"cloture": cloture.pk, "on": validated_on, "at": now}
        cursor.execute(_VALIDATE, period | said)
        return int(cursor.rowcount)


def _period(caisse_id: int, last_on: date, *, before: date | None = None) -> dict[str, int | date]:
    """From the day after the last closed one: no row of a closed day can be a draft."""
    days = Cloture.objects.days(caisse_id=caisse_id)
    if before is not None:
        days = days.filter(last_on__lt=before)
    closed = days.values_list("last_on", flat=True).first()
    first = closed + timedelta(days=1) if closed else _BEFORE_ALL
    return {"fund": caisse_id, "first": first, "last": last_on}
