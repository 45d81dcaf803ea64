"""Writes the platform's files JT, JO, JRB and JRI as the sheet describes them, for any test.

    name, content = jt_file([jt_line(trans_id="000001", cents=5124)], site_id="90000011", day=day)

A line is a dictionary of columns; ``written`` takes any columns, in any order, with or without
header, for the files that are not quite as described.
"""

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from uuid import UUID

Line = Mapping[str, object]
File = tuple[str, bytes]

RECORDS = {"JT": "TRANSACTION", "JO": "OPERATION", "JRB": "MATCHING", "JRI": "DETAIL"}
VERSIONS = {"JT": "V_CUSTOM", "JO": "V3", "JRB": "V2", "JRI": "V1"}
#: Versions as the TITRE record writes them.
TITLES = {"JT": "TABLE_V_CUSTOM", "JO": "TABLE_V3", "JRB": "TABLE_V2", "JRI": "V1"}
CONTRACT = "0535875"
MERCHANT = "012345678900011"


def jt_line(
    *,
    trans_id: str,
    cents: int,
    at: datetime,
    order_id: str = "REMB-2026-0001",
    uuid: UUID | None = None,
    operation: str = "DEBIT",
    status: str = "CAPTURED",
    captured_on: date | None = None,
    origin_cents: int | None = None,
    sequence_number: int = 1,
    currency: str = "978",
) -> dict[str, object]:
    """A transaction as the bank answered it ``at`` (UTC)."""
    at = at.astimezone(UTC)
    return {
        "TRANSACTION_ID": trans_id,
        "MERCHANT_ID": MERCHANT,
        "PAYMENT_MEANS": "CARD",
        "CONTRACT": CONTRACT,
        "TRANSACTION_TYPE": operation,
        "ORIGIN_AMOUNT": cents if origin_cents is None else origin_cents,
        "AMOUNT": cents,
        "CURRENCY_CODE": currency,
        "PAYMENT_DATE": f"{at:%Y%m%d}",
        "PAYMENT_TIME": f"{at:%H%M%S}",
        "CARD_VALIDITY": "1240",
        "CARD_TYPE": "CB",
        "CARD_NUMBER": "497010XXXXXX0055",
        "RESPONSE_CODE": "00",
        "AUTHORISATION_ID": "3fb7d2",
        "ORDER_ID": order_id,
        "UUID": "" if uuid is None else uuid.hex,
        "SEQUENCE_NUMBER": sequence_number,
        "TRANSACTION_STATUS": status,
        "CAPTURE_DATE": "" if captured_on is None else f"{captured_on:%Y%m%d}",
    }


def jo_line(
    *,
    trans_id: str,
    cents: int,
    at: datetime,
    operation_kind: str,
    order_id: str = "REMB-2026-0001",
    uuid: UUID | None = None,
    parent_uuid: UUID | None = None,
    operation: str = "DEBIT",
    status: str = "CAPTURED",
    paid_on: date | None = None,
    currency: str = "978",
) -> dict[str, object]:
    """What was done to a transaction ``at`` (UTC): CREDIT, CANCEL, CAPTURE…"""
    at = at.astimezone(UTC)
    return {
        "MERCHANT_ID": MERCHANT,
        "PAYMENT_DATE": f"{paid_on or at:%Y%m%d}",
        "TRANSACTION_ID": trans_id,
        "OPERATION_SEQUENCE": 1,
        "OPERATION_NAME": operation_kind,
        "OPERATION_AMOUNT": cents,
        "OPERATION_CURRENCY": currency,
        "OPERATION_DATE": f"{at:%y%m%d}",
        "OPERATION_TIME": f"{at:%H%M%S}",
        "CONTRACT": CONTRACT,
        "TRANSACTION_TYPE": operation,
        "TRANSACTION_STATUS": status,
        "ORDER_ID": order_id,
        "UUID": "" if uuid is None else uuid.hex,
        "PARENT_UUID": "" if parent_uuid is None else parent_uuid.hex,
    }


def jrb_line(
    *,
    trans_id: str,
    cents: int,
    remitted_at: datetime,
    remittance_number: str,
    order_id: str = "REMB-2026-0001",
    operation: str = "DEBIT",
    fee_cents: int | None = 0,
    paid_on: date | None = None,
    sequence_number: int = 1,
    currency: str = "978",
) -> dict[str, object]:
    """An operation remitted to the bank; ``fee_cents`` is ``None`` when it was not found."""
    remitted_at = remitted_at.astimezone(UTC)
    fee = fee_cents or 0
    net = cents + fee if operation == "CREDIT" else cents - fee
    return {
        "MERCHANT_COUNTRY": "FR",
        "MERCHANT_ID": MERCHANT,
        "CONTRACT": CONTRACT,
        "PAYMENT_DATE": f"{paid_on or remitted_at:%Y%m%d}",
        "TRANSACTION_ID": trans_id,
        "ORIGIN_AMOUNT": cents,
        "CURRENCY_CODE": currency,
        "PAYMENT_METHOD": "CB",
        "ORDER_ID": order_id,
        "RETURN_CONTEXT": "",
        "CUSTOMER_ID": "",
        "OPERATION_TYPE": "CT" if operation == "CREDIT" else "DT",
        "OPERATION_NUMBER": sequence_number,
        "REMITTANCE_DATE": f"{remitted_at:%Y%m%d}",
        "REMITTANCE_TIME": f"{remitted_at:%H%M%S}",
        "BRUT_AMOUNT": cents,
        "MATCH_STATUS": "MATCH_OK",
        "REMITTANCE_NB": remittance_number,
        "NET_AMOUNT": "" if fee_cents is None else net,
        "COMMISSION_AMOUNT": "" if fee_cents is None else fee,
    }


def jri_line(
    *,
    trans_id: str,
    cents: int,
    paid_on: date,
    charged_back_on: date,
    order_id: str = "REMB-2026-0001",
    uuid: UUID | None = None,
    reason: str = "Contestation du porteur",
    operation: str = "D",
    origin_cents: int | None = None,
) -> dict[str, object]:
    """A payment that the holder's bank took back, or (``C``) gave back."""
    return {
        "MERCHANT_COUNTRY": "FR",
        "MERCHANT_ID": MERCHANT,
        "CONTRACT": CONTRACT,
        "PAYMENT_DATE": f"{paid_on:%Y%m%d}",
        "TRANSACTION_ID": trans_id,
        "OPERATION_TYPE": operation,
        "SOURCE_AMOUNT": cents if origin_cents is None else origin_cents,
        "SIRET": MERCHANT[1:],
        "CURRENCY_CODE": "978",
        "CHARGEBACK_DATE": f"{charged_back_on:%Y%m%d}",
        "CHARGEBACK_REASON": reason,
        "CHARGEBACK_AMOUNT": cents,
        "ORDER_ID": order_id,
        "UUID": "" if uuid is None else uuid.hex,
    }


def jt_file(lines: Sequence[Line], site_id: str, day: date, **how: object) -> File:
    """The transactions of a UTC day; ``how`` goes to ``written``."""
    return written("JT", lines, site_id, day, **how)


def jo_file(lines: Sequence[Line], site_id: str, day: date, **how: object) -> File:
    """The operations of a UTC day."""
    return written("JO", lines, site_id, day, **how)


def jrb_file(lines: Sequence[Line], site_id: str, day: date, **how: object) -> File:
    """The remittances of a UTC day."""
    return written("JRB", lines, site_id, day, **how)


def jri_file(lines: Sequence[Line], site_id: str, day: date, **how: object) -> File:
    """The chargebacks of a UTC day."""
    return written("JRI", lines, site_id, day, **how)


def written(kind: str, lines: Sequence[Line], site_id: str, day: date, **how: object) -> File:
    """A file's name and bytes. ``how``, all optional:

    ``columns`` names and their order (those of the first line otherwise), ``header`` and ``end``
    to leave a record out, ``told`` another number for FIN, ``production`` for a name without
    TEST_, ``title`` the version in TITRE, ``encoding``, ``line_end``, ``tail`` after each record.
    """
    columns = [*(how.get("columns") or (lines[0] if lines else ()))]
    title = ("TITRE", "CAF de démonstration", f"{day:%y/%m/%d}_02:05:00")
    rows: list[Sequence[object]] = [(*title, how.get("title", TITLES[kind]))]
    if how.get("header", True):
        rows.append(("ENTETE", *columns))
    rows += [(RECORDS[kind], *(line.get(name, "") for name in columns)) for line in lines]
    if kind != "JT" and how.get("end", True):
        rows.append(("FIN", how.get("told", len(lines))))
    text = io.StringIO()
    line_end = f"{how.get('tail', '')}{how.get('line_end', chr(13) + chr(10))}"
    csv.writer(text, delimiter=";", lineterminator=line_end).writerows(rows)
    return name_of(kind, site_id, day, production=bool(how.get("production"))), (
        text.getvalue().encode(str(how.get("encoding", "utf-8")))
    )


def name_of(kind: str, site_id: str, day: date, *, production: bool = False) -> str:
    """The name that the platform gives: ``TEST_JRB_<SHOP>_<site>_<YYMMDD>_V2.csv``."""
    version = "" if kind == "JT" else f"_{VERSIONS[kind]}"
    return (
        f"{'' if production else 'TEST_'}{kind}_CAF_DE_DEMONSTRATION_{site_id}_{day:%y%m%d}"
        f"{version}.csv"
    )
