"""Opening balances of a FEC: what the earlier exercices leave on the 1st of January.

Accounts of classes 1 to 5 are carried per account and auxiliary; what the other classes sum to is
the result, on account 120 (surplus) or 129 (deficit). The portal never writes these lines: the
fund's general ledger does. Here they are computed, so that each file is whole.
"""

from collections.abc import Iterator
from datetime import date

from django.db import connection

from comptabilite.exports.labels import Labels
from comptabilite.exports.segments import parameters_of
from comptabilite.exports.shapes import Line
from comptabilite.models import Export

BATCH = 2000
SURPLUS = ("120", "Résultat de l’exercice (excédent)")
DEFICIT = ("129", "Résultat de l’exercice (déficit)")
_TABLE = "comptabilite_export_opening"

#: Millions of debts may be carried: they stay on the server, and are read a batch at a time.
_FILL = rf"""
CREATE TEMPORARY TABLE {_TABLE} AS
SELECT row_number() OVER (ORDER BY s.number COLLATE "C", s.auxiliaire COLLATE "C") AS seq, s.*
  FROM (SELECT c.id AS compte_id, c.number, translate(l.auxiliaire, E'\t\r\n', '   ') AS auxiliaire,
               sum(l.debit_cents - l.credit_cents)::bigint AS balance_cents
          FROM comptabilite_validation v
          JOIN comptabilite_ecriture e ON e.caisse_id = v.caisse_id AND e.id = v.ecriture_id
          JOIN comptabilite_ligne l ON l.caisse_id = e.caisse_id AND l.ecriture_id = e.id
          JOIN comptabilite_compte c ON c.caisse_id = l.caisse_id AND c.id = l.compte_id
         WHERE v.caisse_id = %(caisse_id)s AND v.validated_at <= %(as_of)s
           AND e.accounting_on < %(first_on)s AND left(c.number, 1) BETWEEN '1' AND '5'
         GROUP BY 1, 2, 3) s
 WHERE s.balance_cents <> 0
"""  # noqa: S608 - a name of ours


def has_opening(export: Export) -> bool:
    """Only a FEC of all journals that begins with its exercice opens with balances."""
    first_day = (export.first_on.month, export.first_on.day) == (1, 1)
    return first_day and export.journal_id is None


def prepare_opening(export: Export) -> int:
    """Compute the balances and keep them on the server for this session; says how many lines."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{_TABLE}")
        cursor.execute(_FILL, parameters_of(export))
        cursor.execute(f"CREATE INDEX ON {_TABLE} (seq)")
        cursor.execute(f"SELECT count(*), coalesce(sum(balance_cents), 0) FROM {_TABLE}")  # noqa: S608 - a name of ours
        count, balance_cents = cursor.fetchone()
    return int(count) + int(balance_cents != 0)


def opening_lines(first_on: date, labels: Labels) -> Iterator[Line]:
    """The lines that ``prepare_opening`` kept, by account and auxiliary, then the result."""
    on, label = first_on.isoformat(), f"À-nouveaux {first_on.year}"
    rank, total_cents = 0, 0
    while rows := _batch(rank):
        for rank, compte_id, auxiliaire, balance_cents in rows:
            number, compte_label = labels.compte(compte_id, on)
            total_cents += balance_cents
            yield _line(rank, number, compte_label, label, balance_cents, auxiliaire)
    if total_cents:
        number, default = SURPLUS if total_cents > 0 else DEFICIT
        named = labels.compte_numbered(number, on) or default
        yield _line(rank + 1, number, named, label, -total_cents)


def forget_opening() -> None:
    """Drop what ``prepare_opening`` kept."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{_TABLE}")


def _batch(after: int) -> list[tuple[int, int, str, int]]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT seq, compte_id, auxiliaire, balance_cents FROM {_TABLE}"  # noqa: S608 - a name of ours
            " WHERE seq > %s ORDER BY seq LIMIT %s",
            [after, BATCH],
        )
        rows: list[tuple[int, int, str, int]] = cursor.fetchall()
    return rows


def _line(
    position: int, number: str, named: str, label: str, cents: int, auxiliaire: str = ""
) -> Line:
    debit, credit = max(cents, 0), max(-cents, 0)
    return Line(position, number, named, auxiliaire, label, debit, credit)
