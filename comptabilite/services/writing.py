"""Writes écritures from events, with the rules of the fund's scheme in force that day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from caf_portal.paris import paris_date
from comptabilite.models import Ecriture, Ligne, RegleComptable
from comptabilite.models.events import Evenement
from comptabilite.models.plan import Auxiliaire


class RuleMissing(Exception):
    """The fund's scheme in force that day says nothing of this event: no entry can be made."""


#: Events whose parts are debits, and whose other side (bank, suspense, other funds) is the credit.
GIVING_BACK = frozenset(
    {
        Evenement.CARD_REFUND,
        Evenement.SUSPENSE_REFUND,
        Evenement.DEBT_RECEIVED,
        Evenement.CHARGEBACK,
        Evenement.CHARGEBACK_SUSPENSE,
        Evenement.REMITTANCE,
        Evenement.REMITTANCE_FEE,
        Evenement.BANK_WITHDRAWAL,
        Evenement.BANK_WITHDRAWAL_FEE,
        Evenement.BANK_FEE,
        Evenement.BANK_PAYMENT,
        Evenement.BANK_OUTSIDE_OUT,
        Evenement.GAP_LOSS,
        Evenement.DEBT_ESTABLISHED,
        Evenement.DEBT_RAISED,
        Evenement.OTHER_REFUND,
        Evenement.UNPAID,
    }
)


@dataclass(frozen=True, slots=True)
class Part:
    """One amount of an event (cents), with what chooses its rule and names its auxiliary account:
    ``auxiliaire`` is ``<person's number>-<debt>``, of which the scheme keeps what it wants."""

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
    fact_on: date | None = None,
) -> Ecriture:
    """Write one balanced écriture: a single line per account on the bank's side, one per part
    on the other, with its auxiliary account. The bank is debited by what comes in, credited by
    what is given back; the parts of one écriture all go the same way.

    Runs in the caller's transaction and scope, so that the écriture and its cause live or die
    together. ``fact_on`` is the Paris day of the fact (that of ``now`` when nothing is said): the
    accounting date is that day, or the first open one after it. ``source_id`` is booked once: a
    second écriture for it is refused by ``inv04_ecriture_booked_once``. Raises ``RuleMissing``.
    """
    origin_on = fact_on or paris_date(now)
    rules = list(RegleComptable.objects.of_open_day(caisse_id=caisse_id, on=origin_on))
    chosen = [(part, _rule_for(part, rules)) for part in parts]
    ecriture = Ecriture.objects.create(
        caisse_id=caisse_id,
        journal_id=chosen[0][1].journal_id,
        event=event,
        accounting_on=chosen[0][1].open_on,
        origin_on=origin_on,
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
            auxiliaire=_auxiliary(part, rule, debit=giving_back),
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


def _auxiliary(part: Part, rule: RegleComptable, *, debit: bool) -> str:
    """What the scheme has the auxiliary account name; the debt when it says nothing."""
    wanted = getattr(rule, "debit_auxiliaire" if debit else "credit_auxiliaire", None)
    if wanted == Auxiliaire.AUCUN:
        return ""
    if wanted == Auxiliaire.PERSONNE:
        return part.auxiliaire.partition("-")[0]
    return part.auxiliaire
