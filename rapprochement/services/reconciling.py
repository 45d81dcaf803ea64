"""The whole of a fund's reconciliation: match, ask, impute, prove each open day."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import partial

from django.db.models import F, Max, Min, Q

from caf_portal.database.advisory import held
from caf_portal.database.scope import caisse_scope, national_scope
from caf_portal.paris import paris_date
from caf_portal.sweeping import try_each
from comptabilite.models import Cloture
from rapprochement.models import FichierReleve
from rapprochement.services.asking import ask_about_lost
from rapprochement.services.imputing import impute_bank_lines
from rapprochement.services.matching import match_gateway
from rapprochement.services.proving import prove_day

#: Open days proved by one run, the last ones; an older one is proved again when it closes.
DAYS = 62
#: A file makes its fund due during this time, unless a proof came after it.
JUST_RECEIVED = timedelta(minutes=10)


def funds_with_files() -> list[int]:
    """The funds that ever received a file: the others have nothing to prove yet."""
    with national_scope():
        return list(
            FichierReleve.objects.order_by("caisse_id")
            .values_list("caisse_id", flat=True)
            .distinct()
        )


def funds_to_reconcile(*, now: datetime) -> list[int]:
    """The funds that received a file just now, and no proof since."""
    with national_scope():
        recent = FichierReleve.objects.filter(received_at__gt=now - JUST_RECEIVED)
        last = recent.values("caisse_id").annotate(
            received=Max("received_at"), proved=Max("caisse__rapprochement__computed_at")
        )
        due = last.filter(Q(proved__isnull=True) | Q(proved__lte=F("received")))
        return list(due.order_by("caisse_id").values_list("caisse_id", flat=True))


def reconcile_fund(*, caisse_id: int, now: datetime) -> bool:
    """Match, impute, and prove each open day up to yesterday (Paris), the oldest first; ``False``
    when another process is at it.

    Each step in its own transaction: one that breaks leaves what the others did. Outside any
    scope, as it also asks the platform about what it alone knows.
    """
    with held("rapprochement", caisse_id) as obtained:
        if not obtained:
            return False
        match_gateway(caisse_id=caisse_id, now=now)
        if ask_about_lost(caisse_id=caisse_id, now=now):
            match_gateway(caisse_id=caisse_id, now=now)
        impute_bank_lines(caisse_id=caisse_id, now=now)
        prover = partial(_prove, caisse_id=caisse_id, now=now)
        try_each(open_days(caisse_id=caisse_id, now=now), prover)
    return True


def open_days(*, caisse_id: int, now: datetime) -> list[date]:
    """The days to prove: after the last closed one, or since the fund's first file."""
    yesterday = paris_date(now) - timedelta(days=1)
    with caisse_scope(caisse_id):
        closed = Cloture.objects.days(caisse_id=caisse_id).first()
        first_file = FichierReleve.objects.filter(caisse_id=caisse_id).aggregate(d=Min("day_on"))
    first = closed.last_on + timedelta(days=1) if closed else first_file["d"]
    if first is None:
        return []
    return list(_days(max(first, yesterday - timedelta(days=DAYS - 1)), yesterday))


def _prove(day_on: date, *, caisse_id: int, now: datetime) -> None:
    prove_day(caisse_id=caisse_id, day_on=day_on, now=now)


def _days(first: date, last: date) -> Iterator[date]:
    for offset in range((last - first).days + 1):
        yield first + timedelta(days=offset)
