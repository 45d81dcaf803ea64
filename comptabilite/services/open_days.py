"""Which day of a fund's books takes what happened on a day."""

from datetime import date

from django.db import connection

#: One look at the index of each journal. What was owed before the portal opened is written on the
#: days it was established: the books begin with the first money that came through it.
_FIRST_TO_CLOSE = """
SELECT coalesce(
    (SELECT max(last_on) + 1 FROM comptabilite_cloture
      WHERE caisse_id = %(fund)s AND periode = 'JOUR'),
    (SELECT min(first_on) FROM comptabilite_journal j, LATERAL (
        SELECT min(accounting_on) AS first_on FROM comptabilite_ecriture
         WHERE caisse_id = %(fund)s AND journal_id = j.id) of_journal
      WHERE j.caisse_id = %(fund)s AND j.kind IN ('ENCAISSEMENT', 'BANQUE')))
"""


def open_day(*, caisse_id: int, on: date) -> date:
    """The first open day from ``on`` (Paris dates): ``on`` itself unless it is closed.

    In the caller's transaction and scope: until it ends no day of the fund closes, so that what is
    written in the day that is returned is not refused at the last moment
    (``inv17_closed_day_takes_nothing``).
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT comptabilite_open_day(%s, %s)", [caisse_id, on])
        row = cursor.fetchone()
    found: date = row[0]
    return found


def hold_books(*, caisse_id: int) -> None:
    """Until the caller's transaction ends, nobody writes in the books of the fund and nobody else
    closes a day of it; what was being written has ended when this returns."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('cloture', %s))", [caisse_id])


def first_day_to_close(*, caisse_id: int) -> date | None:
    """The day after the last closed one, or the first day of the journals of receipts and of the
    bank when none is closed: what other journals hold before it becomes final with it.

    ``None`` when there is neither: the accountant chooses. In the caller's scope.
    """
    with connection.cursor() as cursor:
        cursor.execute(_FIRST_TO_CLOSE, {"fund": caisse_id})
        row = cursor.fetchone()
    found: date | None = row[0]
    return found
