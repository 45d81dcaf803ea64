"""Moves a debt in tests: movements on a date, months, and the words of a page."""

import re
from datetime import UTC, date, datetime, time
from uuid import UUID, uuid4

from allocataires.models import Creance, MoisCreance
from allocataires.services.mouvements import Posting, post_mouvements
from caf_portal.database.scope import national_scope


def move(
    creance: Creance, kind: str, cents: int, on: date, *, source_id: UUID | None = None
) -> None:
    """Write one movement, as the fund's software or a booking does."""
    with national_scope():
        post_mouvements(
            caisse_id=creance.caisse_id,
            kind=kind,
            postings=[Posting(creance.pk, cents)],
            value_on=on,
            source_id=source_id or uuid4(),
            now=datetime.combine(on, time(9), UTC),
        )
        creance.refresh_from_db()


def give_months(creance: Creance, *months: tuple[date, int, int]) -> None:
    """Months as (first day, paid, due), in cents."""
    with national_scope():
        MoisCreance.objects.bulk_create(
            MoisCreance(
                caisse_id=creance.caisse_id,
                creance=creance,
                month_on=day,
                paid_cents=paid,
                due_cents=due,
            )
            for day, paid, due in months
        )


def words_of(html: str) -> str:
    """The text that a person reads in the page's content, on one line, with plain spaces."""
    body = html.split("<main", 1)[1].split("</main>", 1)[0]
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())
