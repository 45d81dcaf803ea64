"""From the detail of an operation to a frozen report."""

from typing import Any

from payments.gateways.base import AnswerUnreadable, Result, TransactionReport
from payments.gateways.payfip.account import Account
from payments.gateways.payfip.codes import MEANS, refusal_of, result_of
from payments.gateways.payfip.references import refdet_of, transaction_id_of


def to_report(
    detail: Any, *, account: Account, order_reference: str, idop: str, rank: int
) -> TransactionReport:
    """The report of one operation, the ``rank``-th departure of an order.

    The answer must be about the account, the kind of money and the order that we asked for;
    raises ``AnswerUnreadable`` when it is about another one: its money is not ours to book.
    """
    _about_this(detail, account=account, order_reference=order_reference, idop=idop)
    code = str(detail.resultrans or "")
    result = result_of(code)
    paid_or_refused = result != Result.ABANDONED
    return TransactionReport(
        order_reference=order_reference,
        transaction_id=(
            transaction_id_of(numcli=account.number, idop=idop) if paid_or_refused else None
        ),
        result=result,
        gateway_status=code[:40],
        operation="DEBIT",
        amount_cents=_cents(detail.montant),
        currency="EUR",
        sequence_number=rank,
        refusal=refusal_of(code),
        card_brand=MEANS.get(code, ""),
        card_number="",
        authorisation=str(detail.numauto or "")[:20],
        # Nothing can be taken back there once it is paid: it is as good as remitted.
        collected=result == Result.PAID,
    )


def _about_this(detail: Any, *, account: Account, order_reference: str, idop: str) -> None:
    said = {
        "idOp": (detail.idOp, idop),
        "numcli": (detail.numcli, account.number),
        "saisie": (detail.saisie, account.saisie),
        "refdet": (detail.refdet, refdet_of(order_reference)),
    }
    for name, (told, asked) in said.items():
        # Only the operation's own identifier may be left out of the answer.
        if told != asked and not (name == "idOp" and told is None):
            raise AnswerUnreadable(f"PayFiP: the answer is about another {name}")


def _cents(montant: str | None) -> int:
    text = montant or ""
    if not (text.isascii() and text.isdigit()):
        raise AnswerUnreadable("PayFiP: the answer has no amount")
    return int(text)
