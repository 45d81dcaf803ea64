"""Keeps what the platform last said of each transaction."""

from datetime import datetime
from uuid import UUID

from django.db import connection

from payments.gateways.base import TransactionReport
from payments.models import Boutique, Payment

# An answer asked for a while ago, or a notification judged late, never covers a newer one.
_REMEMBER = """
INSERT INTO payments_transaction AS known
       (caisse_id, boutique_id, payment_id, uuid, sequence_number, operation, gateway_status,
        amount_cents, currency, card_brand, card_number, authorisation, refusal,
        first_seen_at, updated_at)
VALUES (%(caisse_id)s, %(boutique_id)s, %(payment_id)s, %(uuid)s, %(sequence_number)s,
        %(operation)s, %(gateway_status)s, %(amount_cents)s, %(currency)s, %(card_brand)s,
        %(card_number)s, %(authorisation)s, %(refusal)s, %(now)s, %(now)s)
ON CONFLICT ON CONSTRAINT inv04_transaction_once
DO UPDATE SET payment_id = EXCLUDED.payment_id, gateway_status = EXCLUDED.gateway_status,
              amount_cents = EXCLUDED.amount_cents, currency = EXCLUDED.currency,
              card_brand = EXCLUDED.card_brand, card_number = EXCLUDED.card_number,
              authorisation = EXCLUDED.authorisation, refusal = EXCLUDED.refusal,
              updated_at = EXCLUDED.updated_at
        WHERE known.gateway_status <> ALL(%(overtaken_by)s)
RETURNING id
"""


class TransactionNameless(Exception):
    """Money without the platform's identifier: it cannot be told from money already booked."""


def money_id(report: TransactionReport) -> UUID:
    """The identifier under which this money is booked once; raises ``TransactionNameless``."""
    if report.transaction_id is None:
        raise TransactionNameless(report.order_reference)
    return report.transaction_id


def remember_transaction(
    *, boutique: Boutique, report: TransactionReport, payment: Payment | None, now: datetime
) -> bool:
    """Insert the transaction or bring it up to date, in one statement.

    Says whether the report is news: ``False`` when the platform has already said something that
    comes after it, and then nothing changes. An abandoned page has no transaction and leaves none.
    """
    if report.transaction_id is None:
        return True
    with connection.cursor() as cursor:
        cursor.execute(
            _REMEMBER,
            {
                "caisse_id": boutique.caisse_id,
                "boutique_id": boutique.pk,
                "payment_id": payment.pk if payment else None,
                "uuid": report.transaction_id,
                "sequence_number": report.sequence_number,
                "operation": report.operation,
                "gateway_status": report.gateway_status,
                "amount_cents": report.amount_cents,
                "currency": report.currency,
                "card_brand": report.card_brand,
                "card_number": report.card_number,
                "authorisation": report.authorisation,
                "refusal": report.refusal,
                "now": now,
                "overtaken_by": sorted(report.overtaken_by),
            },
        )
        return cursor.fetchone() is not None
