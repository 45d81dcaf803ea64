"""JRB, the bank reconciliation: what was remitted on the day, as found on the bank statement.

Here the statement always agrees: every remittance is matched, less the shop's commissions.
"""

from collections.abc import Iterator
from datetime import date, datetime

from payzen_sandbox.models import Transaction
from payzen_sandbox.services.reports.common import (
    COUNTRY,
    Row,
    bounds,
    currency,
    day_text,
    merchant_id,
    time_text,
)
from payzen_sandbox.shops import Shop

# Columns 01 to 21 of V2 are documented, 22 is in an old reader of the file; the rest is unknown.
COLUMNS = (
    "MATCHING",
    "MERCHANT_COUNTRY",
    "MERCHANT_ID",
    "CONTRACT",
    "PAYMENT_DATE",
    "TRANSACTION_ID",
    "ORIGIN_AMOUNT",
    "CURRENCY_CODE",
    "PAYMENT_METHOD",
    "ORDER_ID",
    "RETURN_CONTEXT",
    "CUSTOMER_ID",
    "OPERATION_TYPE",
    "OPERATION_NUMBER",
    "REMITTANCE_DATE",
    "REMITTANCE_TIME",
    "BRUT_AMOUNT",
    "MATCH_STATUS",
    "REMITTANCE_NB",
    "NET_AMOUNT",
    "COMMISSION_AMOUNT",
    "COMMISSION_CURRENCY",
)
ORDER_INFOS = ("vads_order_info", "vads_order_info2", "vads_order_info3")


def jrb_rows(shop: Shop, day: date, *, now: datetime) -> Iterator[Row]:
    """TITRE, ENTETE, one MATCHING a line, FIN with their number."""
    yield "TITRE", shop.name, f"{now:%y/%m/%d_%H:%M:%S}", "TABLE_V2"
    yield "ENTETE", *COLUMNS[1:]
    start, end = bounds(day)
    remitted = Transaction.objects.of_shop(shop.site_id).filter(
        captured_at__gte=start, captured_at__lt=end
    )
    rows = [_row(each, shop) for each in remitted.order_by("captured_at", "pk")]
    yield from rows
    yield "FIN", len(rows)


def _row(transaction: Transaction, shop: Shop) -> Row:
    fields = transaction.payment.fields
    return (
        COLUMNS[0],
        COUNTRY,
        merchant_id(shop),
        shop.contract,
        day_text(transaction.answered_at),
        transaction.trans_id,
        transaction.initial_amount_cents,
        currency(transaction),
        transaction.card["brand"],
        transaction.payment.order_id,
        "|".join(fields[name] for name in ORDER_INFOS if fields.get(name)),
        fields.get("vads_cust_id", ""),
        "CT" if transaction.is_credit else "DT",
        transaction.sequence_number,
        day_text(transaction.captured_at),
        time_text(transaction.captured_at),
        transaction.amount_cents,
        "MATCH_OK",
        transaction.remittance_number,
        transaction.amount_cents - transaction.fee_cents,
        transaction.fee_cents,
        currency(transaction),
    )
