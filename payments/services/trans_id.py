"""The daily sequence of trans_id of each shop (protocol sheet A.2, invariant 10)."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.db import connection

from payments.models import Boutique

_NEXT = """
INSERT INTO payments_transidcounter (caisse_id, boutique_id, utc_on, last)
VALUES (%s, %s, %s, 0)
ON CONFLICT ON CONSTRAINT trans_id_counter_once
DO UPDATE SET last = payments_transidcounter.last + 1, updated_at = now()
RETURNING last
"""


@dataclass(frozen=True, slots=True)
class NextTransId:
    """A trans_id, and the one instant from which its UTC day and the form's date are both taken."""

    trans_id: str
    utc_on: date
    issued_at: datetime


def next_trans_id(*, boutique: Boutique, now: datetime) -> NextTransId:
    """A trans_id that this shop has not used this UTC day, below the platform's own range.

    Sequence rather than chance: six random digits collide after about a thousand payments.
    The 900,001st of a day is refused by ``inv10_trans_id_below_platform_range``.
    """
    issued_at = now.astimezone(UTC)
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, [boutique.caisse_id, boutique.pk, issued_at.date()])
        (last,) = cursor.fetchone()
    return NextTransId(f"{last:06d}", issued_at.date(), issued_at)
