"""What a bank statement says, whatever the file it came in."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from caf_portal.money import format_euros
from rapprochement.readers.problems import FileUnreadable


@dataclass(frozen=True, slots=True)
class BankMovement:
    """One line of the account, as the bank booked it.

    ``amount_cents`` is positive for a credit of the account, negative for a debit, never 0.
    ``value_on`` is the booking date when the bank gives no other. ``label``, ``reference`` and
    ``details`` (lines ``NAME text``) are the bank's words: they may name people.
    """

    rank: int
    booked_on: date
    value_on: date
    amount_cents: int
    code: str
    label: str
    reference: str
    details: str


@dataclass(frozen=True, slots=True)
class BankStatement:
    """One account between two balances: opening + movements = closing, always.

    ``account`` is an IBAN, or bank, branch and account (21 characters) from CFONB 120, without
    spaces. ``from_on`` and ``to_on`` are the dates of the two balances; banks date the opening one
    of the day itself or of the day before. ``sequence`` is None when the bank does not number.
    """

    account: str
    currency: str
    sequence: int | None
    statement_id: str
    from_on: date
    to_on: date
    opening_cents: int
    closing_cents: int
    movements: tuple[BankMovement, ...]


def proved(statement: BankStatement, *, where: str) -> BankStatement:
    """The statement, once its balances and dates agree; ``where`` says which one it is.

    Raises ``FileUnreadable``.
    """
    moved = sum(movement.amount_cents for movement in statement.movements)
    if statement.opening_cents + moved != statement.closing_cents:
        raise FileUnreadable(_unbalanced(statement, moved, where))
    if statement.from_on > statement.to_on:
        raise FileUnreadable(
            _(
                "%(where)s : le solde initial est daté du %(from)s, après le solde final (%(to)s). "
                "Demandez à la banque un fichier corrigé."
            )
            % {
                "where": where,
                "from": f"{statement.from_on:%d/%m/%Y}",
                "to": f"{statement.to_on:%d/%m/%Y}",
            }
        )
    return statement


def _unbalanced(statement: BankStatement, moved: int, where: str) -> str:
    return _(
        "%(where)s : le solde initial (%(opening)s) et les mouvements (%(moved)s) ne donnent "
        "pas le solde final (%(closing)s). Le fichier est incomplet ou abîmé : récupérez-le à "
        "nouveau auprès de la banque."
    ) % {
        "where": where,
        "opening": format_euros(statement.opening_cents),
        "moved": format_euros(moved),
        "closing": format_euros(statement.closing_cents),
    }
