"""The lines that rules give to the parts of an event: pure, for écritures and their previews."""

from collections.abc import Sequence
from dataclasses import dataclass

from comptabilite.models import Ligne
from comptabilite.models.events import Evenement
from comptabilite.models.plan import Auxiliaire
from comptabilite.services.scheme_rules import Rule

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


def build_lines(event: Evenement, label: str, chosen: Sequence[tuple[Part, Rule]]) -> list[Ligne]:
    """The lines of one écriture, in order and unsaved: a single line per account on the bank's
    side, one per part on the other, with its auxiliary account. The bank is debited by what comes
    in, credited by what is given back; the parts of one écriture all go the same way."""
    giving_back = event in GIVING_BACK
    bank: dict[int, int] = {}
    for part, rule in chosen:
        compte_id = rule.credit_id if giving_back else rule.debit_id
        bank[compte_id] = bank.get(compte_id, 0) + part.amount_cents
    grouped = [_line(key, cents, label, debit=not giving_back) for key, cents in bank.items()]
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
        line.position = position
    return lines


def _line(compte_id: int, cents: int, label: str, *, debit: bool, auxiliaire: str = "") -> Ligne:
    """One line; a part below zero (a fee above the remittance it was kept of) changes sides."""
    if cents < 0:
        cents, debit = -cents, not debit
    return Ligne(
        compte_id=compte_id,
        debit_cents=cents if debit else 0,
        credit_cents=0 if debit else cents,
        auxiliaire=auxiliaire,
        label=label,
    )


def _auxiliary(part: Part, rule: Rule, *, debit: bool) -> str:
    """What the scheme has the auxiliary account name; the debt when it says nothing."""
    wanted = rule.debit_auxiliaire if debit else rule.credit_auxiliaire
    if wanted == Auxiliaire.AUCUN:
        return ""
    if wanted == Auxiliaire.PERSONNE:
        return part.auxiliaire.partition("-")[0]
    return part.auxiliaire
