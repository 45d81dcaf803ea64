"""Writes écritures from events, with the rules of the fund's scheme in force that day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from caf_portal.paris import paris_date
from comptabilite.models import Ecriture, Ligne, RegleComptable
from comptabilite.models.schema import Evenement


class RuleMissing(Exception):
    """The fund's scheme in force that day says nothing of this event: no entry can be made."""


#: Events whose parts are debits, and whose other side (bank, suspense, other funds) is the credit.
GIVING_BACK = frozenset({Evenement.CARD_REFUND, Evenement.SUSPENSE_REFUND, Evenement.DEBT_RECEIVED})


@dataclass(frozen=True, slots=True)
class Part:
    """One amount of an event, with what chooses its rule and names its auxiliary account."""

    event: Evenement
    amount_cents: int
    label: str
    famille: str = ""
    auxiliaire: str = ""


def write_ecriture(
    *,
    caisse_id: int,
    event: Evenement,
    parts: Sequence[Part],
    source_id: UUID,
    piece: str,
    label: str,
    now: datetime,
) -> Ecriture:
    """Write one balanced écriture: a single line per account on the bank's side, one per part
    on the other, with its auxiliary account. The bank is debited by what comes in, credited by
    what is given back; the parts of one écriture all go the same way.

    Runs in the caller's transaction and scope, so that the écriture and its cause live or die
    together. The accounting date is the Paris date of ``now``. ``source_id`` is booked once: a
    second écriture for it is refused by ``inv04_ecriture_booked_once``. Raises ``RuleMissing``.
    """
    accounting_on = paris_date(now)
    rules = list(RegleComptable.objects.in_force(caisse_id=caisse_id, on=accounting_on))
    chosen = [(part, _rule_for(part, rules)) for part in parts]
    ecriture = Ecriture.objects.create(
        caisse_id=caisse_id,
        journal_id=chosen[0][1].journal_id,
        event=event,
        accounting_on=accounting_on,
        recorded_at=now,
        label=label,
        piece=piece,
        source_id=source_id,
    )
    Ligne.objects.bulk_create(_lines(ecriture, chosen))
    return ecriture


def _rule_for(part: Part, rules: Sequence[RegleComptable]) -> RegleComptable:
    """The rule of the part's family, or the one that serves every family."""
    fitting = {rule.famille: rule for rule in rules if rule.event == part.event}
    rule = fitting.get(part.famille) or fitting.get("")
    if rule is None:
        raise RuleMissing(f"no rule for {part.event} {part.famille or '*'} in this fund's scheme")
    return rule


def _lines(ecriture: Ecriture, chosen: Sequence[tuple[Part, RegleComptable]]) -> list[Ligne]:
    giving_back = ecriture.event in GIVING_BACK
    bank: dict[int, int] = {}
    for part, rule in chosen:
        compte_id = rule.credit_id if giving_back else rule.debit_id
        bank[compte_id] = bank.get(compte_id, 0) + part.amount_cents
    grouped = [
        _line(key, cents, ecriture.label, debit=not giving_back) for key, cents in bank.items()
    ]
    detailed = [
        _line(
            rule.debit_id if giving_back else rule.credit_id,
            part.amount_cents,
            part.label,
            debit=giving_back,
            auxiliaire=part.auxiliaire,
        )
        for part, rule in chosen
    ]
    lines = detailed + grouped if giving_back else grouped + detailed
    for position, line in enumerate(lines, start=1):
        line.caisse_id, line.ecriture, line.position = ecriture.caisse_id, ecriture, position
    return lines


def _line(compte_id: int, cents: int, label: str, *, debit: bool, auxiliaire: str = "") -> Ligne:
    """One line, debits before credits as an accountant reads them."""
    return Ligne(
        compte_id=compte_id,
        debit_cents=cents if debit else 0,
        credit_cents=0 if debit else cents,
        auxiliaire=auxiliaire,
        label=label,
    )
