"""Report files: one per kind, shop and UTC day, with the documented columns."""

import csv
import io
from datetime import date

import pytest
from django.core.management import CommandError, call_command

from payzen_sandbox import clock
from payzen_sandbox.tests.journey import REFUSED, SITE_ID, pay
from payzen_sandbox.tests.office import advance, done, run, set_shop

pytestmark = pytest.mark.django_db
RECORDS = ("TITRE", "ENTETE", "FIN")


def download(client, kind, day=None):
    return client.get(f"/journaux/{kind}/{SITE_ID}/{day or clock.now().date().isoformat()}/")


def rows(client, kind, day=None):
    text = download(client, kind, day).content.decode()
    return list(csv.reader(io.StringIO(text), delimiter=";"))


def details(client, kind, day=None):
    """The detail records, by the names of the header record."""
    found = rows(client, kind, day)
    names = next(row for row in found if row[0] == "ENTETE")[1:]
    return [
        dict(zip(names, row[1:], strict=True)) for row in found if row and row[0] not in RECORDS
    ]


def test_the_transactions_journal_tells_every_answer_of_the_bank(client, listener):
    payment = pay(client)
    pay(client, REFUSED)

    accepted, refused = details(client, "JT")

    today = clock.now().date()
    assert {
        "TRANSACTION_ID": payment.trans_id,
        "PAYMENT_MEANS": "CARD",
        "CONTRACT": "50000011",
        "TRANSACTION_TYPE": "DEBIT",
        "ORIGIN_AMOUNT": "5124",
        "AMOUNT": "5124",
        "CURRENCY_CODE": "978",
        "PAYMENT_DATE": f"{today:%Y%m%d}",
        "CARD_VALIDITY": "1240",
        "CARD_TYPE": "CB",
        "CARD_NUMBER": "497010XXXXXX0055",
        "RESPONSE_CODE": "00",
        "TRANSACTION_STATUS": "AUTHORISED",
        "ORDER_ID": "REMB-2026-0001",
    }.items() <= accepted.items()
    assert (refused["RESPONSE_CODE"], refused["TRANSACTION_STATUS"]) == ("05", "REFUSED")


def test_the_documented_columns_are_at_their_documented_places(client, listener):
    pay(client)

    title, header, detail = rows(client, "JT")

    assert title[0] == "TITRE"
    assert title[3] == "TABLE_V_CUSTOM"
    assert header[14] == "RESPONSE_CODE"
    assert header[19] == "TRANSACTION_STATUS"
    assert detail[0] == "TRANSACTION"
    assert len(detail) == len(header)


def test_the_operations_journal_tells_what_was_done(client, listener):
    debit = done(client, pay(client).transactions.get(), "capture")
    credit = done(client, debit, "refund", amount=100)

    capture, refund = details(client, "JO")

    assert (capture["OPERATION_NAME"], capture["TRANSACTION_STATUS"]) == ("CAPTURE", "CAPTURED")
    assert (capture["OPERATION_SEQUENCE"], refund["OPERATION_NAME"]) == ("1", "CREDIT")
    assert capture["OPERATION_DATE"] == f"{clock.now():%y%m%d}"
    assert (refund["UUID"], refund["PARENT_UUID"]) == (credit.uuid, debit.uuid)
    assert (refund["OPERATION_AMOUNT"], refund["ORIGIN"]) == ("100", "BACK_OFFICE")
    assert rows(client, "JO")[-1] == ["FIN", "2"]


def test_the_bank_reconciliation_tells_remittances_both_ways(client, listener):
    debit = pay(client, vads_order_info="a", vads_order_info2="b").transactions.get()
    run(client, "capture")
    done(client, debit, "refund", amount=100)
    run(client, "capture")

    debited, credited = details(client, "JRB")

    assert {
        "OPERATION_TYPE": "DT",
        "BRUT_AMOUNT": "5124",
        "NET_AMOUNT": "5124",
        "REMITTANCE_NB": "1",
        "MATCH_STATUS": "MATCH_OK",
        "RETURN_CONTEXT": "a|b",
    }.items() <= debited.items()
    assert (credited["OPERATION_TYPE"], credited["BRUT_AMOUNT"]) == ("CT", "100")
    assert credited["TRANSACTION_ID"] == "900000"


def test_the_bank_keeps_the_shops_commission_of_each_debit_and_none_of_refunds(client, listener):
    set_shop(client, fee_fixed_cents=5, fee_basis_points=25)
    debit = pay(client).transactions.get()
    run(client, "capture")
    done(client, debit, "refund", amount=100)
    run(client, "capture")

    # What was remitted before a new tariff keeps the old one.
    set_shop(client, fee_fixed_cents=0, fee_basis_points=0)
    debited, credited = details(client, "JRB")

    # 51,24 € at 0,25 % is 12,81 cents, and 5 more.
    assert (debited["COMMISSION_AMOUNT"], debited["NET_AMOUNT"]) == ("18", "5106")
    assert debited["COMMISSION_CURRENCY"] == "978"
    assert (credited["COMMISSION_AMOUNT"], credited["NET_AMOUNT"]) == ("0", "100")


def test_the_unpaid_items_tell_what_the_bank_takes_back(client, listener):
    debit = done(client, pay(client).transactions.get(), "capture")
    done(client, debit, "refund", amount=124)
    done(client, debit, "chargeback", reason="Contestation")

    (unpaid,) = details(client, "JRI")

    assert (unpaid["SOURCE_AMOUNT"], unpaid["CHARGEBACK_AMOUNT"]) == ("5124", "5000")
    assert unpaid["CHARGEBACK_REASON"] == "Contestation"


def test_a_file_is_of_its_day_by_the_sandboxs_clock(client, listener):
    pay(client)
    first_day = clock.now().date()
    advance(client, days=1)
    pay(client)

    assert len(details(client, "JT", first_day.isoformat())) == 1
    assert len(details(client, "JT")) == 1
    assert details(client, "JT", "2020-01-01") == []


def test_files_bear_the_shop_and_the_day(client):
    header = download(client, "JRB", "2026-12-01").headers["Content-Disposition"]

    assert header == 'attachment; filename="TEST_JRB_CAF_DE_L_AIN_90000011_261201_V2.csv"'


@pytest.mark.parametrize(
    "path",
    [
        "JX/90000011/2026-12-01",
        "JT/99999999/2026-12-01",
        "JT/90000011/yesterday",
        "JT/90000011/2026-13-01",
    ],
)
def test_no_such_file_is_404(client, path):
    assert client.get(f"/journaux/{path}/").status_code == 404


def test_the_page_leads_to_the_four_files(client):
    page = client.get("/journaux/", {"shop": SITE_ID, "day": "2026-12-01"}).content.decode()

    for kind in ("JT", "JO", "JRB", "JRI", "releve"):
        assert f"/journaux/{kind}/{SITE_ID}/2026-12-01/" in page
    assert "/journaux/JT/" not in client.get("/journaux/").content.decode()


def test_the_command_writes_the_files(client, listener, tmp_path, capsys):
    pay(client)

    call_command("report", "--shop", SITE_ID, "--to", str(tmp_path))

    names = sorted(path.name.split("_")[1] for path in tmp_path.iterdir())
    assert names == ["JO", "JRB", "JRI", "JT"]
    assert len(capsys.readouterr().out.splitlines()) == 4
    call_command(
        "report", "--shop", SITE_ID, "--to", str(tmp_path), kind=["JT"], day=date(2026, 1, 2)
    )
    assert (tmp_path / "TEST_JT_CAF_DE_L_AIN_90000011_260102.csv").exists()
    for wrong in (["--shop", "x", "--to", str(tmp_path)], ["--shop", SITE_ID, "--to", "/none"]):
        with pytest.raises(CommandError):
            call_command("report", *wrong)
