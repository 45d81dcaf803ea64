"""Keeps what the platform last said of each transaction."""

from uuid import UUID

from django.db import connection

from payments.gateways.base import TransactionReport
from payments.services.case import Case

#: Written once, when the transaction is first heard of.
_SAID_ONCE = ("caisse_id", "boutique_id", "uuid", "sequence_number", "operation", "first_seen_at")
#: Written again until the money is in the ledger: what was taken does not change afterwards, what
#: goes back is a refund.
_SAID_UNTIL_BOOKED = ("amount_cents",)
#: Written again at each report that is not old news.
_SAID_AGAIN = (
    "payment_id",
    "echeance_id",
    "gateway_status",
    "stage",
    "currency",
    "card_brand",
    "card_number",
    "authorisation",
    "refusal",
    "refusal_code",
    "updated_at",
)
_COLUMNS = (*_SAID_ONCE, *_SAID_UNTIL_BOOKED, *_SAID_AGAIN)
_REMEMBER = f"""
INSERT INTO payments_transaction ({", ".join(_COLUMNS)})
VALUES ({", ".join(["%s"] * len(_COLUMNS))})
ON CONFLICT ON CONSTRAINT inv04_transaction_once
DO UPDATE SET {", ".join(f"{name} = EXCLUDED.{name}" for name in _SAID_AGAIN)},
    amount_cents = CASE WHEN EXISTS (
        SELECT 1 FROM comptabilite_ecriture e
         WHERE e.caisse_id = payments_transaction.caisse_id
           AND e.source_id = payments_transaction.uuid AND e.reverses_id IS NULL
    ) THEN payments_transaction.amount_cents ELSE EXCLUDED.amount_cents END
WHERE payments_transaction.stage <= EXCLUDED.stage
RETURNING id
"""  # noqa: S608 - names of our own columns


class TransactionNameless(Exception):
    """Money without the platform's identifier: it cannot be told from money already booked."""


def money_id(report: TransactionReport) -> UUID:
    """The identifier under which this money is booked once; raises ``TransactionNameless``."""
    if report.transaction_id is None:
        raise TransactionNameless(report.order_reference)
    return report.transaction_id


def remember_transaction(case: Case) -> bool:
    """Insert the transaction or bring it up to date, in one statement; whether this is news.

    A transaction only goes forward (``Stage``): what is told of an earlier stage than the one
    known was overtaken on its way, changes nothing here and must change nothing elsewhere. An
    abandoned page has no transaction and leaves none.
    """
    report = case.report
    if report.transaction_id is None:
        return True
    told = {
        "caisse_id": case.boutique.caisse_id,
        "boutique_id": case.boutique.pk,
        "payment_id": case.payment.pk if case.payment else None,
        "echeance_id": case.echeance.pk if case.echeance else None,
        "uuid": report.transaction_id,
        "stage": int(report.stage),
        "first_seen_at": case.now,
        "updated_at": case.now,
    }
    values = [told[name] if name in told else getattr(report, name) for name in _COLUMNS]
    with connection.cursor() as cursor:
        cursor.execute(_REMEMBER, values)
        return cursor.fetchone() is not None
