"""Tells people that a debt is new, by e-mail where one is known."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.db import connection

from caf_portal.paris import paris_date
from echanges.services.merge_sql import RIGHT
from relation_usager.models.message import MessageKind
from relation_usager.services.outbox import Recipient, queue_many

#: A debt whose letter left longer ago is no news: a fund that joins brings years of them.
NEWS = timedelta(days=31)
_PAGE = 2_000
#: One message a person and file, whatever the number of debts.
_NEW = f"""
SELECT DISTINCT ON (a.id) a.id, c.public_id, a.email, a.langue
  FROM lot_creance s JOIN lot_trouve f USING (line)
  JOIN allocataires_allocataire a ON a.caisse_id = %s AND a.id = f.allocataire_id
  JOIN allocataires_creance c ON c.caisse_id = a.caisse_id AND c.allocataire_id = a.id
       AND c.nature = s.nature AND c.rang = s.rang
 WHERE f.creance_id IS NULL AND {RIGHT} AND s.notifiee >= %s AND a.email <> ''
   AND c.state = 'NOTIFIEE' AND c.balance_cents > 0
 ORDER BY a.id, c.id
"""  # noqa: S608 - our own names


def announce_debts(*, caisse_id: int, now: datetime) -> None:
    """Queue DEBT_NOTIFIED for the debts of the load in progress that are new and still claimed.

    The message says that there is something to read, and neither what nor how much.
    """
    queue_many(
        caisse_id=caisse_id,
        kind=MessageKind.DEBT_NOTIFIED,
        recipients=_recipients(caisse_id, since=paris_date(now) - NEWS),
        context={"page": "/"},
        now=now,
    )


def _recipients(caisse_id: int, *, since: date) -> Iterator[Recipient]:
    # A cursor of the server: however many there are, a page is in memory.
    with connection.chunked_cursor() as cursor:
        cursor.execute(_NEW, [caisse_id, since])
        while rows := cursor.fetchmany(_PAGE):
            for row in rows:
                yield Recipient(*row)
