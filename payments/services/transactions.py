"""Keeps what the platform last said of each transaction."""

from datetime import datetime
from uuid import UUID

from payments.gateways.base import TransactionReport
from payments.models import Boutique, Payment, Transaction

_SAID_AGAIN = (
    "payment",
    "gateway_status",
    "amount_cents",
    "currency",
    "card_brand",
    "card_number",
    "authorisation",
    "refusal",
    "updated_at",
)


class TransactionNameless(Exception):
    """Money without the platform's identifier: it cannot be told from money already booked."""


def money_id(report: TransactionReport) -> UUID:
    """The identifier under which this money is booked once; raises ``TransactionNameless``."""
    if report.transaction_id is None:
        raise TransactionNameless(report.order_reference)
    return report.transaction_id


def remember_transaction(
    *, boutique: Boutique, report: TransactionReport, payment: Payment | None, now: datetime
) -> None:
    """Insert the transaction or bring it up to date, in one statement.

    An abandoned page has no transaction and leaves none.
    """
    if report.transaction_id is None:
        return
    Transaction.objects.bulk_create(
        [
            Transaction(
                caisse_id=boutique.caisse_id,
                boutique=boutique,
                payment=payment,
                uuid=report.transaction_id,
                sequence_number=report.sequence_number,
                operation=report.operation,
                gateway_status=report.gateway_status,
                amount_cents=report.amount_cents,
                currency=report.currency,
                card_brand=report.card_brand,
                card_number=report.card_number,
                authorisation=report.authorisation,
                refusal=report.refusal,
                first_seen_at=now,
                updated_at=now,
            )
        ],
        update_conflicts=True,
        unique_fields=["boutique", "uuid"],
        update_fields=_SAID_AGAIN,
    )
