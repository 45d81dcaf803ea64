"""What the four files share: separator, names, the columns that mean the same in each."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta

from payzen_sandbox.models import Transaction
from payzen_sandbox.shops import Shop

Row = Sequence[object]
NOT_A_LETTER = re.compile(r"[^A-Z0-9]+")
COUNTRY = "FR"


def csv_text(rows: Iterable[Row]) -> str:
    """Semicolons, one record a line, as PayZen writes them."""
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=";", lineterminator="\r\n").writerows(rows)
    return buffer.getvalue()


def bounds(day: date) -> tuple[datetime, datetime]:
    """The UTC day: first instant, and first instant of the next one."""
    start = datetime.combine(day, time.min, tzinfo=UTC)
    return start, start + timedelta(days=1)


def shop_label(shop: Shop) -> str:
    """`CAF_DE_L_AIN`: the shop's name as file names bear it."""
    plain = unicodedata.normalize("NFD", shop.name.upper())
    letters = "".join(each for each in plain if not unicodedata.combining(each))
    return NOT_A_LETTER.sub("_", letters).strip("_")


def file_stem(kind: str, shop: Shop, day: date) -> str:
    """`TEST_JT_<SHOP>_<siteid>_<YYMMDD>`."""
    return f"TEST_{kind}_{shop_label(shop)}_{shop.site_id}_{day:%y%m%d}"


def merchant_id(shop: Shop) -> str:
    """`0` and a SIRET of 14 digits; the demonstration shops have none: their site id stands in."""
    return f"0{shop.site_id:0>14}"


def currency(transaction: Transaction) -> str:
    """Numeric code."""
    return transaction.payment.currency


def day_text(instant: datetime | None) -> str:
    """`YYYYMMDD`, UTC."""
    return "" if instant is None else f"{instant:%Y%m%d}"


def time_text(instant: datetime | None) -> str:
    """`hhmmss`, UTC."""
    return "" if instant is None else f"{instant:%H%M%S}"
