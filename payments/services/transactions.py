"""Keeps what the platform last said of each transaction."""

from dataclasses import dataclass
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
#: The first attempt known keeps its transaction: an order's reference may be changed in the
#: platform's back office, the money that was booked does not move.
_OF_THE_FIRST = ("payment_id", "echeance_id")
_COLUMNS = (*_SAID_ONCE, *_SAID_UNTIL_BOOKED, *_OF_THE_FIRST, *_SAID_AGAIN)
_REMEMBER = f"""
INSERT INTO payments_transaction ({", ".join(_COLUMNS)})
VALUES ({", ".join(["%s"] * len(_COLUMNS))})
ON CONFLICT ON CONSTRAINT inv04_transaction_once
DO UPDATE SET {", ".join(f"{name} = EXCLUDED.{name}" for name in _SAID_AGAIN)},
    amount_cents = CASE WHEN EXISTS (
        SELECT 1 FROM comptabilite_ecriture e
         WHERE e.caisse_id = payments_transaction.caisse_id
           AND e.source_id = payments_transaction.uuid AND e.reverses_id IS NULL
    ) THEN payments_transaction.amount_cents ELSE EXCLUDED.amount_cents END,
    payment_id = COALESCE(payments_transaction.payment_id, EXCLUDED.payment_id),
    echeance_id = CASE
        WHEN COALESCE(payments_transaction.payment_id, EXCLUDED.payment_id)
             IS NOT DISTINCT FROM EXCLUDED.payment_id THEN EXCLUDED.echeance_id
        ELSE payments_transaction.echeance_id END
WHERE payments_transaction.stage <= EXCLUDED.stage
RETURNING payment_id, xmax = 0
"""  # noqa: S608 - names of our own columns


@dataclass(frozen=True, slots=True)
class Memory:
    """What keeping a report taught: whether it is news, and what was known before it."""

    is_news: bool
    #: The attempt that the transaction belongs to, whatever order the report names.
    payment_id: int | None
    #: Whether an earlier report had spoken of the transaction already.
    was_known: bool


class TransactionNameless(Exception):
    """Money without the platform's identifier: it cannot be told from money already booked."""


def money_id(report: TransactionReport) -> UUID:
    """The identifier under which this money is booked once; raises ``TransactionNameless``."""
    if report.transaction_id is None:
        raise TransactionNameless(report.order_reference)
    return report.transaction_id


def remember_transaction(case: Case) -> Memory:
    """Insert the transaction or bring it up to date, in one statement.

    A transaction only goes forward (``Stage``): what is told of an earlier stage than the one
    known was overtaken on its way, changes nothing here and must change nothing elsewhere. An
    abandoned page has no transaction and leaves none.
    """
    report = case.report
    payment_id = case.payment.pk if case.payment else None
    if report.transaction_id is None:
        return Memory(is_news=True, payment_id=payment_id, was_known=False)
    told = {
        "caisse_id": case.boutique.caisse_id,
        "boutique_id": case.boutique.pk,
        "payment_id": payment_id,
        "echeance_id": case.echeance.pk if case.echeance else None,
        "uuid": report.transaction_id,
        "stage": int(report.stage),
        "first_seen_at": case.now,
        "updated_at": case.now,
    }
    values = [told[name] if name in told else getattr(report, name) for name in _COLUMNS]
    with connection.cursor() as cursor:
        cursor.execute(_REMEMBER, values)
        row = cursor.fetchone()
    if row is None:
        return Memory(is_news=False, payment_id=payment_id, was_known=True)
    return Memory(is_news=True, payment_id=row[0], was_known=not row[1])
