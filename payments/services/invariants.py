"""Every invariant on the live data, in SQL, whatever the constraints already forbid.

The constraints stop a breach when it is written; these queries would find one that came another
way (a restored backup, a superuser's hand, a constraint dropped by mistake). Numbers are those
of ``docs/invariants.md``.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import structlog
from django.db import connection

from caf_portal.database.scope import national_scope
from comptabilite.models.anomalie import AnomalieKind
from comptabilite.services.anomalies import open_anomalie

logger = structlog.get_logger(__name__)

_FOLDER = Path(__file__).resolve().parent.parent / "invariants"
#: Enough to understand a breach without filling a screen.
SHOWN = 20
#: For one control; a request of a person has ten seconds.
TIME_LIMIT = "15min"


@dataclass(frozen=True, slots=True)
class Breach:
    """A row that breaks a rule: which rule, of which fund (of all: none), and what is wrong."""

    rule: str
    caisse_id: int | None
    subject: str


def rules() -> list[Path]:
    """The control queries, one file a rule; each gives (caisse_id, subject) of what is wrong."""
    return sorted(_FOLDER.glob("inv*.sql"))


def find_breaches() -> list[Breach]:
    """Run every control over all the funds.

    Each control is one statement, and so sees one instant; they may be long on a large database,
    hence a time limit of their own.
    """
    with national_scope(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('statement_timeout', %s, true)", [TIME_LIMIT])
        return [breach for rule in rules() for breach in _breaches_of(rule, cursor)]


def report_breaches(*, now: datetime) -> list[Breach]:
    """Run the controls; log each breach and put it on its fund's work list.

    The log tells each of them every night: a line that was settled is not opened again, and what
    concerns every fund is for those who run the portal.
    """
    breaches = find_breaches()
    for breach in breaches:
        logger.error("payments.invariants.breach", rule=breach.rule, subject=breach.subject)
    with national_scope():
        for breach in breaches:
            if breach.caisse_id is None:
                continue
            open_anomalie(
                caisse_id=breach.caisse_id,
                kind=AnomalieKind.INVARIANT,
                subject=f"{breach.rule[:5]} {breach.subject}",
                detail=f"La règle {breach.rule} n’est pas respectée : {breach.subject}.",
                now=now,
            )
    return breaches


def _breaches_of(rule: Path, cursor: object) -> list[Breach]:
    cursor.execute(rule.read_text(encoding="utf-8"))  # type: ignore[attr-defined]
    rows = cursor.fetchmany(SHOWN)  # type: ignore[attr-defined]
    return [Breach(rule.stem, caisse_id, str(subject)) for caisse_id, subject in rows]
