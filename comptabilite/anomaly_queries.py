"""The work list counted: by kind, and by fund with its oldest line."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db import connection
from django.db.models import Count, Min, Q, QuerySet

from caf_portal.paris import PARIS, paris_date
from caisses.perms import Rights
from comptabilite.models import Anomalie
from comptabilite.models.anomalie import AnomalieKind
from comptabilite.work_rules import RULES

_BY_FUND = """
SELECT c.code, c.nom, count(a.id), count(a.id) FILTER (WHERE a.owner_id IS NULL),
       count(a.id) FILTER (WHERE a.opened_at < (%(limits)s::jsonb ->> a.kind)::timestamptz),
       min(a.opened_at), (array_agg(a.kind ORDER BY a.opened_at, a.id))[1],
       (array_agg(a.id ORDER BY a.opened_at, a.id))[1]
  FROM caisses_caisse c
  JOIN comptabilite_anomalie a ON a.caisse_id = c.id AND a.settled_at IS NULL
 WHERE %(national)s OR c.id = ANY(%(caisse_ids)s)
 GROUP BY c.id, c.code, c.nom
 ORDER BY min(a.opened_at), c.code
"""


@dataclass(frozen=True, slots=True)
class KindCount:
    """The open lines of a kind, and the age in days of the oldest one."""

    kind: str
    label: str
    lines: int
    oldest_days: int
    late: bool


@dataclass(frozen=True, slots=True)
class FundAge:
    """A fund's open lines: how many, how many that nobody follows, how many late, the oldest."""

    code: str
    nom: str
    lines: int
    unowned: int
    late: int
    oldest_at: datetime
    oldest_kind: str
    oldest_id: int
    days: int

    @property
    def kind_label(self) -> str:
        """What the oldest line is, in words."""
        return str(AnomalieKind(self.oldest_kind).label)


def age_days(opened_at: datetime, now: datetime) -> int:
    """Whole days in Paris since a line was opened: 0 on the day itself."""
    return (paris_date(now) - paris_date(opened_at)).days


def is_late(kind: str, opened_at: datetime, now: datetime) -> bool:
    """Whether a line is older than its kind may be."""
    return age_days(opened_at, now) > RULES[AnomalieKind(kind)].days


def late_lines(now: datetime) -> Q:
    """The lines older than their kind may be."""
    found = Q(pk__in=[])
    for days, kinds in _kinds_by_days().items():
        found |= Q(kind__in=kinds, opened_at__lt=_limit(days, now))
    return found


def counts_by_kind(lines: QuerySet[Anomalie], *, now: datetime) -> list[KindCount]:
    """The kinds that have open lines among these, the most numerous first; one query."""
    rows = (
        lines.filter(settled_at__isnull=True)
        .order_by()
        .values_list("kind")
        .annotate(lines=Count("pk"), oldest=Min("opened_at"))
    )
    counted = (
        KindCount(
            kind,
            str(AnomalieKind(kind).label),
            number,
            age_days(oldest, now),
            is_late(kind, oldest, now),
        )
        for kind, number, oldest in rows
    )
    return sorted(counted, key=lambda each: (-each.lines, each.label))


def ages_by_fund(*, rights: Rights, now: datetime) -> list[FundAge]:
    """The agent's funds that have open lines, the one with the oldest line first; one query."""
    limits = ",".join(
        f'"{kind}":"{_limit(rule.days, now).isoformat()}"' for kind, rule in RULES.items()
    )
    parameters: Mapping[str, object] = {
        "limits": f"{{{limits}}}",
        "national": rights.national,
        "caisse_ids": sorted(rights.caisse_ids),
    }
    with connection.cursor() as cursor:
        cursor.execute(_BY_FUND, parameters)
        rows = cursor.fetchall()
    return [FundAge(*row, days=age_days(row[5], now)) for row in rows]


def opened_before(days: int, now: datetime) -> datetime:
    """The instant before which a line is more than so many days old in Paris."""
    return _limit(days, now)


def _limit(days: int, now: datetime) -> datetime:
    return datetime.combine(paris_date(now) - timedelta(days=days), time.min, PARIS)


def _kinds_by_days() -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for kind, days in _days():
        found.setdefault(days, []).append(kind)
    return found


def _days() -> Iterator[tuple[str, int]]:
    for kind, rule in RULES.items():
        yield kind.value, rule.days
