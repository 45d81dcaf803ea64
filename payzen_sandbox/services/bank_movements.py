"""What moves on a shop's bank account: its remittances, net of commissions, and its chargebacks.

The bank of the sandbox is quick: each moves on the UTC day on which it is made.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from payzen_sandbox.models import Transaction
from payzen_sandbox.services.bank_text import bank_text, euros
from payzen_sandbox.shops import Shop


@dataclass(frozen=True, slots=True)
class Movement:
    """One line of a statement; `cents` is negative for what leaves the account."""

    code: str
    cents: int
    label: str
    reference: str
    details: tuple[str, ...] = ()


# Interbank operation codes of the CFONB: a remittance of cards, a card payment not honoured.
REMITTANCE = "35"
UNPAID = "36"


def movements(shop: Shop, *, start: datetime, end: datetime) -> list[Movement]:
    """Those of a period, `end` excluded: remittances by number, then chargebacks as they came."""
    of_shop = Transaction.objects.of_shop(shop.site_id).filter(payment__currency="978")
    remitted = of_shop.filter(captured_at__gte=start, captured_at__lt=end)
    by_number = groupby(
        remitted.order_by("remittance_number", "pk"), key=lambda each: each.remittance_number or 0
    )
    unpaid = of_shop.filter(charged_back_at__gte=start, charged_back_at__lt=end)
    found = [_remittance(shop, number, group) for number, group in by_number]
    found += [_chargeback(each) for each in unpaid.order_by("charged_back_at", "pk")]
    return [each for each in found if each.cents]


def _remittance(shop: Shop, number: int, transactions: Iterable[Transaction]) -> Movement:
    """Debits less credits, less commissions: one line, as banks write it."""
    gross = fees = 0
    for each in transactions:
        gross += -each.amount_cents if each.is_credit else each.amount_cents
        fees += each.fee_cents
    return Movement(
        code=REMITTANCE,
        cents=gross - fees,
        label=f"REMISE CB {number:06d}",
        reference=f"REM{number:06d}",
        details=(
            f"LIBCONTRAT {bank_text(shop.contract)} BRUT {euros(gross)} COMMISSION {euros(fees)}",
        ),
    )


def _chargeback(transaction: Transaction) -> Movement:
    """What the bank takes back: refunds already made are not taken twice."""
    return Movement(
        code=UNPAID,
        cents=transaction.refunded_cents - transaction.amount_cents,
        label=f"IMPAYE CB {transaction.trans_id}",
        reference=f"IMP{transaction.trans_id}",
        details=(f"LIB{bank_text(transaction.chargeback_reason)}",),
    )
