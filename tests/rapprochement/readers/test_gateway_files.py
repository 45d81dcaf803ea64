"""The platform's files read right: four kinds, several versions, columns in any order."""

from datetime import UTC, date, datetime
from itertools import permutations
from uuid import UUID

import pytest

from rapprochement.readers.gateway.file import GatewayFile, Kind, Mode
from rapprochement.readers.gateway.names import FileOrigin
from rapprochement.readers.gateway.reading import read_gateway_file
from tests.rapprochement.readers.gateway_files import (
    File,
    jo_file,
    jo_line,
    jrb_file,
    jrb_line,
    jri_file,
    jri_line,
    jt_file,
    jt_line,
    written,
)

SITE = "90000011"
DAY = date(2026, 12, 1)
AT = datetime(2026, 12, 1, 23, 10, 5, tzinfo=UTC)
DEBIT = UUID("3f2504e04f8941d39a0c0305e82c3301")
CREDIT = UUID("3f2504e04f8941d39a0c0305e82c3302")
#: One line of each kind, for what is true of all.
LINES = {
    "JT": jt_line(trans_id="000001", cents=5124, at=AT, uuid=DEBIT),
    "JO": jo_line(trans_id="900000", cents=100, at=AT, operation_kind="CREDIT", uuid=CREDIT),
    "JRB": jrb_line(trans_id="000001", cents=5124, remitted_at=AT, remittance_number="12"),
    "JRI": jri_line(trans_id="000001", cents=5000, paid_on=DAY, charged_back_on=DAY),
}


def read(file: File, **how: object) -> GatewayFile:
    name, content = file
    return read_gateway_file(content, filename=name, **how)


def test_a_transaction_has_its_instant_its_amounts_and_its_status():
    captured_on = date(2026, 12, 2)
    line = jt_line(
        trans_id="00aZ01",
        cents=5124,
        origin_cents=6000,
        at=AT,
        uuid=DEBIT,
        order_id="REMB-1",
        status="AUTHORISED",
        captured_on=captured_on,
        sequence_number=2,
    )

    file = read(jt_file([line], SITE, DAY))

    (found,) = file.lines
    assert (file.kind, file.version, file.site_id) == (Kind.JT, "V_CUSTOM", SITE)
    assert (file.mode, file.day_on, file.period) == (Mode.TEST, DAY, "261201")
    assert file.produced_at == datetime(2026, 12, 1, 2, 5, tzinfo=UTC)
    assert (found.rank, found.kind, found.uuid) == (1, Kind.JT, DEBIT)
    assert (found.trans_id, found.order_id, found.sequence_number) == ("00aZ01", "REMB-1", 2)
    assert (found.operation, found.status) == ("DEBIT", "AUTHORISED")
    assert (found.amount_cents, found.origin_amount_cents) == (5124, 6000)
    assert (found.net_cents, found.fee_cents, found.currency) == (None, None, "EUR")
    assert (found.happened_at, found.dated_on, found.paid_on) == (AT, DAY, DAY)
    assert (found.captured_on, found.remitted_on) == (captured_on, None)
    assert (found.parent_uuid, found.remittance_number, found.reason) == (None, "", "")
    assert found.contract == "0535875"


def test_an_operation_names_the_transaction_that_it_was_taken_from():
    line = jo_line(
        trans_id="900000",
        cents=100,
        at=AT,
        operation_kind="CREDIT",
        operation="CREDIT",
        uuid=CREDIT,
        parent_uuid=DEBIT,
        paid_on=date(2026, 11, 2),
    )

    (found,) = read(jo_file([line], SITE, DAY)).lines

    assert (found.operation_kind, found.operation) == ("CREDIT", "CREDIT")
    assert (found.uuid, found.parent_uuid, found.amount_cents) == (CREDIT, DEBIT, 100)
    assert (found.happened_at, found.dated_on) == (AT, DAY)
    assert found.paid_on == date(2026, 11, 2)


@pytest.mark.parametrize(
    ("operation_kind", "operation"), [("CREDIT", "CREDIT"), ("CANCEL", "UNKNOWN")]
)
def test_an_operation_without_a_direction_is_not_guessed(operation_kind, operation):
    line = jo_line(trans_id="900000", cents=100, at=AT, operation_kind=operation_kind)
    columns = [name for name in line if name not in {"TRANSACTION_TYPE", "OPERATION_TIME"}]

    (found,) = read(jo_file([line], SITE, DAY, columns=columns)).lines

    assert (found.operation, found.happened_at, found.dated_on) == (operation, None, DAY)


def test_a_remittance_is_net_of_its_fee():
    lines = [
        jrb_line(
            trans_id="000001",
            cents=5124,
            fee_cents=18,
            remitted_at=AT,
            remittance_number="12",
            paid_on=date(2026, 11, 30),
        ),
        jrb_line(
            trans_id="900000",
            cents=100,
            operation="CREDIT",
            remitted_at=AT,
            remittance_number="12",
        ),
    ]

    debit, credit = read(jrb_file(lines, SITE, DAY)).lines

    assert (debit.operation, debit.status) == ("DEBIT", "MATCH_OK")
    assert (debit.amount_cents, debit.net_cents, debit.fee_cents) == (5124, 5106, 18)
    assert (debit.remittance_number, debit.remitted_on, debit.happened_at) == ("12", DAY, AT)
    assert (debit.paid_on, debit.dated_on) == (date(2026, 11, 30), DAY)
    assert (credit.operation, credit.amount_cents, credit.net_cents) == ("CREDIT", 100, 100)
    assert [debit.rank, credit.rank] == [1, 2]


@pytest.mark.parametrize(
    ("operation", "net", "fee", "expected"),
    [
        ("DEBIT", "", "", (None, None)),
        ("DEBIT", "5106", "", (5106, 18)),
        ("DEBIT", "", "0", (5124, 0)),
        # In hundredths of a cent: 5,124.00 less 61.25 cents, rounded.
        ("DEBIT", "506275", "6125", (5063, 61)),
        ("DEBIT", "506250", "6150", (5062, 62)),
        # A refund may cost a fee, or give one back.
        ("CREDIT", "5142", "18", (5142, 18)),
        ("CREDIT", "5106", "18", (5106, -18)),
        ("CREDIT", "5106", "", (5106, -18)),
    ],
)
def test_net_and_fee_agree_with_the_gross_amount(operation, net, fee, expected):
    line = {
        **LINES["JRB"],
        "OPERATION_TYPE": "CT" if operation == "CREDIT" else "DT",
        "NET_AMOUNT": net,
        "COMMISSION_AMOUNT": fee,
    }

    (found,) = read(jrb_file([line], SITE, DAY)).lines

    assert (found.net_cents, found.fee_cents) == expected


def test_a_chargeback_takes_back_what_refunds_left():
    line = jri_line(
        trans_id="000001",
        cents=5000,
        origin_cents=5124,
        paid_on=date(2026, 11, 2),
        charged_back_on=DAY,
        uuid=DEBIT,
        reason="Contestation",
    )

    file = read(jri_file([line], SITE, DAY, production=True))

    (found,) = file.lines
    assert (file.kind, file.version, file.mode) == (Kind.JRI, "V1", Mode.PRODUCTION)
    assert (found.uuid, found.operation, found.reason) == (DEBIT, "DEBIT", "Contestation")
    assert (found.amount_cents, found.origin_amount_cents) == (5000, 5124)
    assert (found.dated_on, found.paid_on) == (DAY, date(2026, 11, 2))
    assert (found.happened_at, found.currency) == (None, "EUR")


def test_a_chargeback_of_which_only_the_documented_columns_are_there():
    columns = [*LINES["JRI"]][:8]

    (found,) = read(jri_file([LINES["JRI"]], SITE, DAY, columns=columns)).lines

    assert (found.amount_cents, found.currency, found.dated_on) == (5000, "EUR", None)


@pytest.mark.parametrize("kind", LINES)
def test_columns_are_found_in_any_order(kind):
    line = LINES[kind]
    expected = read(written(kind, [line], SITE, DAY)).lines

    backwards = [*line][::-1]
    for first in list(permutations(line, 2))[::17]:
        columns = [*first, *(name for name in backwards if name not in first)]
        assert read(written(kind, [line], SITE, DAY, columns=columns)).lines == expected


@pytest.mark.parametrize("kind", LINES)
def test_columns_that_nobody_asks_for_are_ignored(kind):
    line = {"NEW": "x;y", **LINES[kind], "DATA_COMP": 'a "quoted"\ntext'}
    expected = read(written(kind, [LINES[kind]], SITE, DAY)).lines

    assert read(written(kind, [line], SITE, DAY)).lines == expected


@pytest.mark.parametrize("kind", LINES)
@pytest.mark.parametrize(
    "how",
    [
        {"line_end": "\n"},
        {"line_end": "\r"},
        {"tail": ";"},
        {"encoding": "utf-8-sig"},
        {"encoding": "iso-8859-1"},
        {"encoding": "iso-8859-15"},
    ],
)
def test_line_ends_and_encodings_may_vary(kind, how):
    line = {**LINES[kind], "RETURN_CONTEXT": "dossier réglé"}

    assert read(written(kind, [line], SITE, DAY, **how)) == read(written(kind, [line], SITE, DAY))


def test_accents_of_a_reason_are_read_in_both_encodings():
    line = jri_line(
        trans_id="000001", cents=1, paid_on=DAY, charged_back_on=DAY, reason="Débit non reconnu"
    )

    for encoding in ("utf-8", "iso-8859-15"):
        (found,) = read(jri_file([line], SITE, DAY, encoding=encoding)).lines
        assert found.reason == "Débit non reconnu"


@pytest.mark.parametrize(("kind", "documented"), [("JT", 19), ("JO", 8), ("JRB", 20), ("JRI", 8)])
def test_without_a_header_the_documented_places_serve(kind, documented):
    line = LINES[kind]
    columns = [*line][:documented]
    if kind == "JT":
        # Of columns 16 to 19 nothing is known.
        columns = [*columns[:14], "", "", "", "", "TRANSACTION_STATUS"]
    expected = read(written(kind, [line], SITE, DAY, columns=columns)).lines

    assert len(expected) == 1
    assert read(written(kind, [line], SITE, DAY, columns=columns, header=False)).lines == expected


@pytest.mark.parametrize(
    ("title", "method", "more", "version"),
    [
        ("TABLE_V1", "CARD_TYPE", {}, "V1"),
        ("V2", "PAYMENT_METHOD", {"COMMISSION_CURRENCY": "978"}, "V2"),
        ("TABLE_V3", "PAYMENT_METHOD", {"DATA_COMP": "x", "OTHER": "y"}, "V3"),
    ],
)
def test_the_three_versions_of_the_bank_reconciliation(title, method, more, version):
    line = dict(LINES["JRB"]) | more
    line[method] = line.pop("PAYMENT_METHOD")

    file = read(jrb_file([line], SITE, DAY, title=title))

    assert file.version == version
    assert file.lines == read(jrb_file([LINES["JRB"]], SITE, DAY)).lines


@pytest.mark.parametrize("kind", LINES)
@pytest.mark.parametrize("how", [{}, {"end": False}, {"columns": "same"}])
def test_a_file_without_details_is_a_day_on_which_nothing_happened(kind, how):
    how = {"columns": [*LINES[kind]]} if "columns" in how else {**how, "header": False}

    file = read(written(kind, [], SITE, DAY, **how))

    assert (file.kind, file.day_on, file.lines) == (Kind(kind), DAY, ())


@pytest.mark.parametrize("kind", LINES)
def test_an_empty_file_of_another_name_is_known_by_its_columns(kind):
    _name, content = written(kind, [], SITE, DAY, columns=[*LINES[kind]])
    origin = FileOrigin(site_id=SITE, mode=Mode.TEST, day_on=DAY)

    file = read(("journal.csv", content), otherwise=origin)

    assert (file.kind, file.site_id, file.mode, file.day_on) == (Kind(kind), SITE, Mode.TEST, DAY)


@pytest.mark.parametrize(
    ("name", "mode", "day_on", "period"),
    [
        ("TEST_JT_CAF_DE_L_AIN_90000011_261201.csv", Mode.TEST, DAY, "261201"),
        ("JT_CAF_90000011_261201.csv", Mode.PRODUCTION, DAY, "261201"),
        ("jt_90000011_261201.CSV", Mode.PRODUCTION, DAY, "261201"),
        ("/depot/JT_CAF_90000011_261201 (2).csv", Mode.PRODUCTION, DAY, "261201"),
        ("C:\\depot\\JT_CAF_90000011_261201_V1.csv", Mode.PRODUCTION, DAY, "261201"),
        ("JT_CAF_12345678_90000011_26W49.csv", Mode.PRODUCTION, None, "26W49"),
        ("JT_CAF_90000011_26M12.csv", Mode.PRODUCTION, None, "26M12"),
    ],
)
def test_names_tell_the_shop_the_mode_and_the_day(name, mode, day_on, period):
    _name, content = jt_file([LINES["JT"]], SITE, DAY)

    file = read((name, content))

    assert (file.site_id, file.mode, file.day_on, file.period) == (SITE, mode, day_on, period)


def test_a_line_in_another_currency_is_kept_with_its_code():
    lines = [
        jt_line(trans_id=f"00000{rank}", cents=5124, at=AT, currency=code)
        for rank, code in enumerate(("978", "EUR", "840", "XPF"))
    ]

    file = read(jt_file(lines, SITE, DAY))

    assert [line.currency for line in file.lines] == ["EUR", "EUR", "840", "XPF"]


def test_a_remittance_found_days_later_is_in_the_file_of_the_day_it_was_found():
    (found,) = read(jrb_file([LINES["JRB"]], SITE, date(2026, 12, 9))).lines

    assert found.remitted_on == DAY
