"""JO, the operations' journal: what was done to transactions on the day."""

from collections.abc import Iterator
from datetime import date, datetime

from payzen_sandbox.models import Operation
from payzen_sandbox.services.reports.common import (
    Row,
    bounds,
    currency,
    day_text,
    merchant_id,
    time_text,
)
from payzen_sandbox.shops import Shop

# The layout of the real V3 file was not found: records as in the others, columns ours.
COLUMNS = (
    "OPERATION",
    "OPERATION_TYPE",
    "OPERATION_DATE",
    "OPERATION_TIME",
    "ORIGIN",
    "TRANSACTION_ID",
    "MERCHANT_ID",
    "CONTRACT",
    "TRANSACTION_TYPE",
    "AMOUNT",
    "CURRENCY_CODE",
    "TRANSACTION_STATUS",
    "ORDER_ID",
    "UUID",
    "PARENT_UUID",
    "SEQUENCE_NUMBER",
)


def jo_rows(shop: Shop, day: date, *, now: datetime) -> Iterator[Row]:
    """TITRE, ENTETE, one OPERATION a line, FIN with their number."""
    yield "TITRE", shop.name, f"{now:%y/%m/%d_%H:%M:%S}", "V3"
    yield "ENTETE", *COLUMNS[1:]
    start, end = bounds(day)
    done = Operation.objects.filter(
        transaction__payment__site_id=shop.site_id, at__gte=start, at__lt=end
    )
    rows = [
        _row(each, shop)
        for each in done.select_related("transaction__payment", "transaction__parent").order_by(
            "at", "pk"
        )
    ]
    yield from rows
    yield "FIN", len(rows)


def _row(operation: Operation, shop: Shop) -> Row:
    transaction = operation.transaction
    return (
        COLUMNS[0],
        operation.kind,
        day_text(operation.at),
        time_text(operation.at),
        operation.origin,
        transaction.trans_id,
        merchant_id(shop),
        shop.contract,
        transaction.operation_type,
        operation.amount_cents,
        currency(transaction),
        operation.status,
        transaction.payment.order_id,
        transaction.uuid,
        transaction.parent.uuid if transaction.parent else "",
        transaction.sequence_number,
    )
