"""The journal as an accountant reads it: one line of text for each line of each écriture."""

from caf_portal.database.scope import national_scope
from caf_portal.money import format_euros
from comptabilite.models import Ligne


def journal() -> list[str]:
    """``2026-11-20 CBL | account | auxiliary | debit or credit``, in the order of the writing."""
    with national_scope():
        lines = Ligne.objects.select_related("compte", "ecriture__journal")
        return [_line(line) for line in lines.order_by("ecriture_id", "position")]


def new_lines(before: list[str]) -> list[str]:
    """What was written since; what was there has not moved."""
    now = journal()
    assert now[: len(before)] == before
    return now[len(before) :]


def balance_of(account: str) -> int:
    """Debits less credits of an account, in cents."""
    with national_scope():
        lines = Ligne.objects.filter(compte__number=account)
        return sum(line.debit_cents - line.credit_cents for line in lines)


def _line(line: Ligne) -> str:
    side = "débit " if line.debit_cents else "crédit"
    amount = format_euros(line.debit_cents or line.credit_cents).replace("\u00a0", " ")
    ecriture = line.ecriture
    return (
        f"{ecriture.accounting_on:%Y-%m-%d} {ecriture.journal.code} | {line.compte.number:6} | "
        f"{line.auxiliaire or '-':15} | {side} {amount}"
    )
