"""One list of everything that moved what a person owes, all their debts together."""

from dataclasses import dataclass

from allocataires.models import Creance, Mouvement
from allocataires.models.creance import CreanceQuerySet
from allocataires.nomenclature import Sens


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """A movement of one debt, its effect in cents, and what was left of all the debts after it."""

    mouvement: Mouvement
    creance: Creance
    effect_cents: int
    total_cents: int


def ledger_of(creances: CreanceQuerySet) -> list[LedgerLine]:
    """The movements of these debts, oldest first; the last total is the sum of their balances.

    By date of effect, then as the database wrote them. A movement written late with an early date
    moves the totals that follow it: they say what was owed that day, as known now.
    """
    debts = {creance.pk: creance for creance in creances}
    rows = Mouvement.objects.filter(creance__in=debts).order_by("value_on", "pk")
    lines: list[LedgerLine] = []
    total = 0
    for row in rows:
        effect = row.amount_cents if row.sens == Sens.HAUSSE else -row.amount_cents
        total += effect
        lines.append(LedgerLine(row, debts[row.creance_id], effect, total))
    return lines
