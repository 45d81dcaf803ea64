"""Writes écritures from events, with the rules of the fund's scheme in force that day."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from caf_portal.paris import paris_date
from comptabilite.models import Ecriture, Ligne
from comptabilite.models.events import Evenement
from comptabilite.services.lines import Part, build_lines
from comptabilite.services.scheme_rules import RuleMissing, rules_of_open_day

__all__ = ["Part", "RuleMissing", "write_ecriture"]


def write_ecriture(
    *,
    caisse_id: int,
    event: Evenement,
    parts: Sequence[Part],
    source_id: UUID,
    piece: str,
    label: str,
    now: datetime,
    fact_on: date | None = None,
    instead: Mapping[int, int] | None = None,
) -> Ecriture:
    """Write one balanced écriture, whose lines are those of ``build_lines``.

    Runs in the caller's transaction and scope, so that the écriture and its cause live or die
    together. ``fact_on`` is the Paris day of the fact (that of ``now`` when nothing is said): the
    accounting date is that day, or the first open one after it. ``instead`` puts an account in the
    place of the scheme's (a fund with several bank accounts). ``source_id`` is booked once: a
    second écriture for it is refused by ``inv04_ecriture_booked_once``. Raises ``RuleMissing``.
    """
    origin_on = fact_on or paris_date(now)
    rules, open_on = rules_of_open_day(caisse_id, origin_on, {part.event for part in parts})
    chosen = [(part, rules.rule_for(part.event, part.famille)) for part in parts]
    ecriture = Ecriture.objects.create(
        caisse_id=caisse_id,
        journal_id=chosen[0][1].journal_id,
        event=event,
        accounting_on=open_on,
        origin_on=origin_on,
        recorded_at=now,
        label=label,
        piece=piece,
        source_id=source_id,
    )
    lines = build_lines(event, label, chosen)
    for line in lines:
        line.caisse_id, line.ecriture = caisse_id, ecriture
        line.compte_id = (instead or {}).get(line.compte_id, line.compte_id)
    Ligne.objects.bulk_create(lines)
    return ecriture
