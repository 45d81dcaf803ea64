"""JT, the transactions' journal: what the bank answered on the day, accepted or refused."""

from collections.abc import Iterator
from datetime import date, datetime

from payzen_sandbox.models import Transaction
from payzen_sandbox.services.reports.common import (
    Row,
    bounds,
    currency,
    day_text,
    merchant_id,
    time_text,
)
from payzen_sandbox.shops import Shop

# Columns 01 to 15 and 20 are documented (TABLE_V_CUSTOM); the order of the others is ours.
COLUMNS = (
    "TRANSACTION",
    "TRANSACTION_ID",
    "MERCHANT_ID",
    "PAYMENT_MEANS",
    "CONTRACT",
    "TRANSACTION_TYPE",
    "ORIGIN_AMOUNT",
    "AMOUNT",
    "CURRENCY_CODE",
    "PAYMENT_DATE",
    "PAYMENT_TIME",
    "CARD_VALIDITY",
    "CARD_TYPE",
    "CARD_NUMBER",
    "RESPONSE_CODE",
    "AUTHORISATION_ID",
    "ORDER_ID",
    "UUID",
    "SEQUENCE_NUMBER",
    "TRANSACTION_STATUS",
    "CAPTURE_DATE",
)


def jt_rows(shop: Shop, day: date, *, now: datetime) -> Iterator[Row]:
    """TITRE, ENTETE, one TRANSACTION a line; this file has no FIN record."""
    yield "TITRE", shop.name, f"{now:%y/%m/%d_%H:%M:%S}", "TABLE_V_CUSTOM"
    yield "ENTETE", *COLUMNS[1:]
    start, end = bounds(day)
    answered = Transaction.objects.of_shop(shop.site_id).filter(
        answered_at__gte=start, answered_at__lt=end
    )
    for transaction in answered:
        yield _row(transaction, shop)


def _row(transaction: Transaction, shop: Shop) -> Row:
    card = transaction.card
    return (
        COLUMNS[0],
        transaction.trans_id,
        merchant_id(shop),
        "CARD",
        shop.contract,
        transaction.operation_type,
        transaction.initial_amount_cents,
        transaction.amount_cents,
        currency(transaction),
        day_text(transaction.answered_at),
        time_text(transaction.answered_at),
        f"{card['expiry_month']:02d}{card['expiry_year'] % 100:02d}",
        card["brand"],
        card["number"],
        transaction.auth_result,
        transaction.auth_number,
        transaction.payment.order_id,
        transaction.uuid,
        transaction.sequence_number,
        transaction.status,
        day_text(transaction.captured_at),
    )
