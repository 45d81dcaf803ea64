"""JO, the operations' journal: what was done to transactions on the day."""

from collections.abc import Iterator
from datetime import date, datetime

from payzen_sandbox.models import Operation
from payzen_sandbox.models.operation import OperationKind
from payzen_sandbox.services.reports.common import (
    Row,
    bounds,
    currency,
    day_text,
    merchant_id,
    time_text,
)
from payzen_sandbox.shops import Shop

# Columns 01 to 09 of V3 are documented, with the day in six digits; the others are ours, and so are
# the names of operations, of which only CREDIT is documented.
COLUMNS = (
    "OPERATION",
    "MERCHANT_ID",
    "PAYMENT_DATE",
    "TRANSACTION_ID",
    "OPERATION_SEQUENCE",
    "OPERATION_NAME",
    "OPERATION_AMOUNT",
    "OPERATION_CURRENCY",
    "OPERATION_DATE",
    "OPERATION_TIME",
    "ORIGIN",
    "CONTRACT",
    "TRANSACTION_TYPE",
    "TRANSACTION_STATUS",
    "ORDER_ID",
    "UUID",
    "PARENT_UUID",
    "SEQUENCE_NUMBER",
)


def jo_rows(shop: Shop, day: date, *, now: datetime) -> Iterator[Row]:
    """TITRE, ENTETE, one OPERATION a line, FIN with their number."""
    yield "TITRE", shop.name, f"{now:%y%m%d_%H:%M:%S}", "TABLE_V3"
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
        merchant_id(shop),
        day_text(transaction.created_at),
        transaction.trans_id,
        1,
        "CREDIT" if operation.kind == OperationKind.REFUND else operation.kind,
        operation.amount_cents,
        currency(transaction),
        f"{operation.at:%y%m%d}",
        time_text(operation.at),
        operation.origin,
        shop.contract,
        transaction.operation_type,
        operation.status,
        transaction.payment.order_id,
        transaction.uuid,
        transaction.parent.uuid if transaction.parent else "",
        transaction.sequence_number,
    )
