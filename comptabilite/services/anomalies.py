"""Opens lines of the agents' work list."""

from datetime import datetime

from comptabilite.models import Anomalie
from comptabilite.models.anomalie import AnomalieKind


def open_anomalie(
    *,
    caisse_id: int,
    kind: AnomalieKind,
    subject: str,
    detail: str,
    now: datetime,
    amount_cents: int | None = None,
) -> None:
    """Put a fact on the work list, in the caller's transaction; the same fact is put there once.

    Words that come from outside may be of any length: what does not fit is cut.
    """
    Anomalie.objects.bulk_create(
        [
            Anomalie(
                caisse_id=caisse_id,
                kind=kind,
                subject=subject[:64],
                amount_cents=amount_cents,
                detail=detail[:1000],
                opened_at=now,
            )
        ],
        ignore_conflicts=True,
    )
