"""JRI, the unpaid items: what was charged back on the day. PayZen makes none in TEST; we do."""

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
)
from payzen_sandbox.shops import Shop

TITLE = "LES IMPAYÉS RAPPROCHÉS DU JOUR"
# Columns 01 to 09 of V1 are documented; from the tenth on they are ours.
COLUMNS = (
    "DETAIL",
    "MERCHANT_COUNTRY",
    "MERCHANT_ID",
    "CONTRACT",
    "PAYMENT_DATE",
    "TRANSACTION_ID",
    "OPERATION_TYPE",
    "SOURCE_AMOUNT",
    "SIRET",
    "CURRENCY_CODE",
    "CHARGEBACK_DATE",
    "CHARGEBACK_REASON",
    "CHARGEBACK_AMOUNT",
    "ORDER_ID",
    "UUID",
    "CARD_NUMBER",
)


def jri_rows(shop: Shop, day: date, *, now: datetime) -> Iterator[Row]:
    """TITRE, ENTETE, one DETAIL a line, FIN with their number."""
    yield "TITRE", shop.name, f"{now:%y/%m/%d}", "V1", TITLE
    yield "ENTETE", *COLUMNS[1:]
    start, end = bounds(day)
    unpaid = Transaction.objects.of_shop(shop.site_id).filter(
        charged_back_at__gte=start, charged_back_at__lt=end
    )
    rows = [_row(each, shop) for each in unpaid.order_by("charged_back_at", "pk")]
    yield from rows
    yield "FIN", len(rows)


def _row(transaction: Transaction, shop: Shop) -> Row:
    return (
        COLUMNS[0],
        COUNTRY,
        merchant_id(shop),
        shop.contract,
        day_text(transaction.answered_at),
        transaction.trans_id,
        "D",
        transaction.amount_cents,
        merchant_id(shop)[1:],
        currency(transaction),
        day_text(transaction.charged_back_at),
        transaction.chargeback_reason,
        # What the bank takes back: refunds already made are not taken twice.
        transaction.amount_cents - transaction.refunded_cents,
        transaction.payment.order_id,
        transaction.uuid,
        transaction.card["number"],
    )
