"""What a version of a scheme would write, by the code that writes écritures."""

from dataclasses import dataclass
from typing import Final

from allocataires.nomenclature import Famille
from comptabilite.models.events import WITHOUT_FAMILLE, Evenement
from comptabilite.models.schema import RemittanceMode
from comptabilite.services.lines import Part, build_lines
from comptabilite.services.schema_view import Named, SchemeView
from comptabilite.services.scheme_rules import RuleMissing

#: A debt as écritures name it: the person's number, nature and rank.
_DEBT: Final = "1234567-INK-001"
_FEES: Final = frozenset(
    {Evenement.REMITTANCE_FEE, Evenement.BANK_WITHDRAWAL_FEE, Evenement.BANK_FEE}
)
#: What is written in one écriture with its fee.
_WITH_FEE: Final = {
    Evenement.REMITTANCE: Evenement.REMITTANCE_FEE,
    Evenement.BANK_WITHDRAWAL: Evenement.BANK_WITHDRAWAL_FEE,
}


@dataclass(frozen=True, slots=True)
class Sample:
    """Amounts of the écritures shown, in cents: what a remittance brings is less its fee."""

    amount_cents: int = 240_00
    fee_cents: int = 65


@dataclass(frozen=True, slots=True)
class ShownLine:
    """One line; amounts in cents."""

    compte: Named
    auxiliaire: str
    debit_cents: int
    credit_cents: int

    @property
    def said(self) -> tuple[str, str, int, int]:
        """What two versions may say differently: names apart."""
        return self.compte.code, self.auxiliaire, self.debit_cents, self.credit_cents


@dataclass(frozen=True, slots=True)
class Shown:
    """The écriture that an event gives; ``lines`` is empty when it gives none, which ``elsewhere``
    or the lack of a rule explains."""

    journal: Named | None
    lines: tuple[ShownLine, ...]
    elsewhere: bool = False

    @property
    def said(self) -> tuple[object, ...]:
        """What two versions may say differently: names apart."""
        code = self.journal.code if self.journal else ""
        return self.elsewhere, code, tuple(line.said for line in self.lines)

    @property
    def is_balanced(self) -> bool:
        """Two lines or more, on two accounts or more, debits equal to credits."""
        debits = sum(line.debit_cents for line in self.lines)
        credits_ = sum(line.credit_cents for line in self.lines)
        debited = {line.compte.code for line in self.lines if line.debit_cents}
        credited = {line.compte.code for line in self.lines if line.credit_cents}
        return len(self.lines) > 1 and debits == credits_ and not debited & credited


def cases() -> list[tuple[Evenement, str]]:
    """Every event, with each family of the debts that it is about."""
    return [
        (event, famille)
        for event in Evenement
        for famille in ([""] if event in WITHOUT_FAMILLE else list(Famille.values))
    ]


def preview(view: SchemeView, sample: Sample) -> dict[tuple[Evenement, str], Shown]:
    """The écriture of each event and family; nothing is written."""
    return {(event, famille): _shown(view, event, famille, sample) for event, famille in cases()}


def _shown(view: SchemeView, event: Evenement, famille: str, sample: Sample) -> Shown:
    if view.rules.left_to_the_fund(event):
        return Shown(None, (), elsewhere=True)
    try:
        chosen = [
            (part, view.rules.rule_for(part.event, part.famille))
            for part in _parts(event, famille, sample, mode=view.remittance_mode)
        ]
    except RuleMissing:
        return Shown(None, ())
    lines = tuple(
        ShownLine(
            view.comptes[line.compte_id], line.auxiliaire, line.debit_cents, line.credit_cents
        )
        for line in build_lines(event, str(event.label), chosen)
    )
    return Shown(view.journals[chosen[0][1].journal_id], lines)


def _parts(event: Evenement, famille: str, sample: Sample, *, mode: str) -> list[Part]:
    cents = sample.fee_cents if event in _FEES else sample.amount_cents
    fee = _WITH_FEE.get(event)
    if fee is None or mode != RemittanceMode.NETTE or not sample.fee_cents:
        return [_part(event, cents, famille)]
    if event == Evenement.REMITTANCE:
        cents -= sample.fee_cents
    return [_part(event, cents, famille), _part(fee, sample.fee_cents, famille)]


def _part(event: Evenement, cents: int, famille: str) -> Part:
    return Part(event, cents, str(event.label), famille, _DEBT if famille else "")
