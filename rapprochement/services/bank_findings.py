"""Books against bank: money on its way, late, or that nobody has identified."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import Max, Q

from comptabilite.models import Cloture
from comptabilite.models.anomalie import AnomalieKind
from rapprochement.models import CompteBancaire, Residu
from rapprochement.models.proof import ResiduKind
from rapprochement.services.findings import Day, Finding, rows_of
from rapprochement.services.not_imputed import not_imputed, subject_of, taken_back, words_of
from rapprochement.services.proposing import propose

#: Used when the fund has declared no bank account.
TRANSIT_DAYS = 5
_WAITING = {
    "attente": "Opérations pas encore remises en banque",
    "reprise": "Impayés que la banque n’a pas encore repris",
    "rendu": "Impayés rendus que la banque n’a pas encore versés",
}


def of_lines(day: Day) -> Iterator[Finding]:
    """Bank lines of the day without an imputation, with what the portal would make of each; then
    those of closed days that a statement told after the eve had closed, or whose imputation was
    taken back since."""
    eve = Cloture.objects.days(caisse_id=day.caisse_id).filter(last_on=day.on - timedelta(days=1))
    told_late = Q(
        booked_on__lt=day.on, releve__fichier__received_at__gt=eve.values("closed_at")[:1]
    )
    lines = not_imputed(caisse_id=day.caisse_id).filter(
        Q(booked_on=day.on)
        | told_late
        | Q(pk__in=taken_back(caisse_id=day.caisse_id, day_on=day.on))
    )
    for line in lines.order_by("pk"):
        yield Finding(
            kind=ResiduKind.BANQUE,
            subject=subject_of(line),
            amount_cents=line.amount_cents,
            since_on=line.booked_on,
            detail=words_of(line),
            anomalie=AnomalieKind.BANK_LINE,
            proposal=propose(line),
            own=line.booked_on == day.on,
        )


def of_transit(day: Day) -> Iterator[Finding]:
    """Remittances and operations that the bank had not brought by the end of the day.

    What is late counts on the first day that it is; once an accountant explained it, it is asked
    again on the day when its amount is none of those that were explained.
    """
    declared = CompteBancaire.objects.filter(caisse_id=day.caisse_id, active=True)
    transit = timedelta(days=declared.aggregate(d=Max("transit_days"))["d"] or TRANSIT_DAYS)
    every = [
        (found, not came and day.on - found.since_on > transit)
        for found, came in (*_remises(day), *_waiting(day))
    ]
    asked = _late_before(day, [found.subject for found, late in every if late])
    for found, late in every:
        if not late:
            yield found
        elif found.subject not in asked or asked[found.subject].other_than(found.amount_cents):
            yield _late(found)


@dataclass(slots=True)
class _Asked:
    """What earlier days asked of something late: the amounts, and whether one is still open."""

    amounts: set[int] = field(default_factory=set)
    is_open: bool = False

    def other_than(self, cents: int) -> bool:
        """Whether everything asked was explained, and none of it for this amount."""
        return not self.is_open and cents not in self.amounts


def _late_before(day: Day, subjects: Sequence[str]) -> dict[str, _Asked]:
    rows = Residu.objects.filter(
        caisse_id=day.caisse_id,
        subject__in=subjects,
        kind=ResiduKind.EN_RETARD,
        rapprochement__day_on__lt=day.on,
    )
    asked: defaultdict[str, _Asked] = defaultdict(_Asked)
    for subject, cents, settled_at in rows.values_list(
        "subject", "amount_cents", "anomalie__settled_at"
    ):
        asked[subject].amounts.add(cents)
        asked[subject].is_open |= settled_at is None
    return dict(asked)


def _remises(day: Day) -> Iterator[tuple[Finding, bool]]:
    for row in rows_of("proof_remises", day):
        subject = f"remise {row['id']}"
        words = f"Remise {row['number']} du {row['remitted_on']:%d/%m/%Y}"
        yield _way(subject, row["remitted_on"], row["left_cents"], words, row), row["came"]


def _waiting(day: Day) -> Iterator[tuple[Finding, bool]]:
    for row in rows_of("proof_waiting", day):
        subject = f"{row['what']} {row['site_id']} {row['day_on']:%Y-%m-%d}"
        words = f"{_WAITING[row['what']]}, journée du {row['day_on']:%d/%m/%Y}"
        yield _way(subject, row["day_on"], row["cents"], words, row), row["since_cents"] == 0


def _way(subject: str, since_on: date, cents: int, words: str, row: dict[str, Any]) -> Finding:
    return Finding(
        kind=ResiduKind.EN_CHEMIN,
        subject=subject,
        amount_cents=cents,
        since_on=since_on,
        detail=f"{words} (boutique {row['site_id']})",
    )


def _late(found: Finding) -> Finding:
    return Finding(
        kind=ResiduKind.EN_RETARD,
        subject=found.subject,
        amount_cents=found.amount_cents,
        since_on=found.since_on,
        detail=f"{found.detail} : la banque ne l’a pas apporté dans le délai",
        anomalie=AnomalieKind.RESIDUAL,
    )
