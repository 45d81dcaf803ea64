"""Which day of a fund's books takes what happened on a day."""

from datetime import date

from django.db import connection


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
