"""Letters the debts that are settled, and takes back the lettrage of those that live again.

On the accounts whose auxiliary account is the debt (``Auxiliaire.CREANCE`` of an adopted scheme).
A few statements, whatever the number of debts; run again, it changes nothing.
"""

from datetime import date, datetime

from django.db import connection
from django.db.models import Exists, OuterRef

from caf_portal.database.advisory import one_at_a_time
from caf_portal.database.scope import caisse_scope, national_scope
from caf_portal.paris import paris_date
from caisses.models import Caisse
from comptabilite.models import Ecriture

#: Why the portal lettered: by these words it knows its own lettrages from an accountant's.
SETTLED = "Créance soldée"
REBORN = "Créance de nouveau due"

#: Lines of debts that no lettrage holds, by account and debt, and what they sum to.
_OPEN_LINES = """
    SELECT l.compte_id, l.auxiliaire, sum(l.debit_cents - l.credit_cents) AS cents,
           count(*) AS lines, array_agg(l.id ORDER BY l.id) AS ligne_ids
      FROM comptabilite_ligne l
     WHERE l.caisse_id = %(fund)s AND l.auxiliaire <> ''
       AND l.compte_id IN (
           SELECT n.compte_id FROM comptabilite_compteschema n
             JOIN comptabilite_schemacomptable s ON s.id = n.schema_id AND s.status = 'ADOPTE'
            WHERE n.caisse_id = %(fund)s AND n.auxiliaire = 'CREANCE')
       AND NOT EXISTS (SELECT FROM comptabilite_lignelettree x WHERE x.ligne_id = l.id AND x.live)
     GROUP BY l.compte_id, l.auxiliaire
"""
#: A debt that was settled and on which something is owed, or paid, again.
_UNDO = f"""
WITH open_lines AS MATERIALIZED ({_OPEN_LINES})
UPDATE comptabilite_lettrage SET undone_at = %(at)s, undone_reason = %(reborn)s
 WHERE caisse_id = %(fund)s AND undone_at IS NULL AND reason = %(settled)s
   AND id IN (
       SELECT x.lettrage_id FROM open_lines o
         JOIN comptabilite_ligne l ON l.caisse_id = %(fund)s AND l.compte_id = o.compte_id
                                  AND l.auxiliaire = o.auxiliaire
         JOIN comptabilite_lignelettree x ON x.ligne_id = l.id AND x.live
        WHERE o.cents <> 0)
"""  # noqa: S608 - a part of a query, ours
#: The lettrages are numbered in the order of their debts, which is how each finds its lines.
_LETTER = f"""
WITH settled AS MATERIALIZED (
    SELECT o.*, row_number() OVER (ORDER BY compte_id, auxiliaire) AS n
      FROM ({_OPEN_LINES}) o WHERE o.cents = 0 AND o.lines > 1
), made AS (
    INSERT INTO comptabilite_lettrage
        (caisse_id, compte_id, rank, code, lettered_on, lettered_at, reason, undone_reason)
    SELECT %(fund)s, compte_id, 0, '', %(on)s, %(at)s, %(settled)s, '' FROM settled ORDER BY n
    RETURNING id
), numbered AS (SELECT id, row_number() OVER (ORDER BY id) AS n FROM made), lined AS (
    INSERT INTO comptabilite_lignelettree (caisse_id, lettrage_id, ligne_id, live)
    SELECT %(fund)s, m.id, unnest(s.ligne_ids), true FROM numbered m JOIN settled s USING (n)
)
SELECT count(*) FROM made
"""  # noqa: S608 - our own names
#: A hundred thousand debts take some seconds; a request of a person has ten.
TIME_LIMIT = "15min"


def letter_debts(*, caisse_id: int, now: datetime) -> int:
    """Undo, then letter, for one fund; returns how many lettrages were made.

    In a scope and a transaction of its own, unless the caller has one. Somebody else who letters
    the debts of the fund goes first.
    """
    params: dict[str, int | str | date] = {
        "fund": caisse_id,
        "on": paris_date(now),
        "at": now,
        "settled": SETTLED,
        "reborn": REBORN,
    }
    with caisse_scope(caisse_id), connection.cursor() as cursor:
        one_at_a_time("lettrage", caisse_id)
        cursor.execute("SELECT set_config('statement_timeout', %s, true)", [TIME_LIMIT])
        cursor.execute(_UNDO, params)
        cursor.execute(_LETTER, params)
        made: int = cursor.fetchone()[0]
    return made


def funds_with_books() -> list[int]:
    """The funds that wrote anything: those whose debts are worth lettering."""
    with national_scope():
        wrote = Exists(Ecriture.objects.filter(caisse=OuterRef("pk")))
        return list(Caisse.objects.filter(wrote).order_by("pk").values_list("pk", flat=True))
