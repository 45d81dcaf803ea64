"""The bank's statement: one line a remittance, one a chargeback, balances that follow."""

import pytest
from django.core.management import CommandError, call_command

from payzen_sandbox import clock
from payzen_sandbox.services.bank_account import iban
from payzen_sandbox.services.bank_text import bank_text, euros
from payzen_sandbox.shops import shops_of_the_file
from payzen_sandbox.tests.journey import SITE_ID, pay, shop
from payzen_sandbox.tests.office import advance, done, run, set_shop

pytestmark = pytest.mark.django_db
PLUS = {sign: str(digit) for digit, sign in enumerate("{ABCDEFGHI")}
MINUS = {sign: str(digit) for digit, sign in enumerate("}JKLMNOPQR")}


def statement(client, day=None):
    """Records of a day's statement, as they are in the file."""
    path = f"/journaux/releve/{SITE_ID}/{day or clock.now().date().isoformat()}/"
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode("ascii").split("\r\n")[:-1]


def cents(record):
    """Positions 91 to 104, read as the CFONB says."""
    digits, last = record[90:103], record[103]
    if last in MINUS:
        return -int(digits + MINUS[last])
    return int(digits + PLUS[last])


def of_code(records, code):
    return [record for record in records if record.startswith(code)]


def test_a_remittance_is_one_line_net_of_commission_and_refunds(client, listener):
    set_shop(client, fee_fixed_cents=5, fee_basis_points=25)
    debit = pay(client).transactions.get()
    pay(client, vads_amount="2000")
    run(client, "capture")
    done(client, debit, "refund", amount=100)
    run(client, "capture")

    records = statement(client)

    first, second = of_code(records, "04")
    # 51,24 and 20,00, less 18 and 10 cents; then a remittance that only gives back.
    assert (cents(first), cents(second)) == (5124 + 2000 - 18 - 10, -100)
    assert first[48:79].strip() == "REMISE CB 000001"
    assert first[104:].strip() == "REM000001"
    assert of_code(records, "05")[0][45:118].strip() == (
        "LIBCONTRAT 50000011 BRUT 71,24 COMMISSION 0,28"
    )


def test_every_record_has_120_characters_and_the_same_account(client, listener):
    done(client, pay(client).transactions.get(), "capture")

    records = statement(client)

    today = clock.now().date()
    assert [record[:2] for record in records] == ["01", "04", "05", "07"]
    assert {len(record) for record in records} == {120}
    accounts = {record[2:7] + record[11:16] + record[21:32] for record in records}
    assert accounts == {f"9999900001000{SITE_ID}"}
    assert records[1][34:40] == records[1][42:48] == f"{today:%d%m%y}"


def test_a_chargeback_leaves_the_account(client, listener):
    debit = done(client, pay(client).transactions.get(), "capture")
    done(client, debit, "refund", amount=124)
    done(client, debit, "chargeback", reason="Contesté à l'étranger")

    records = statement(client)

    unpaid = of_code(records, "04")[-1]
    assert cents(unpaid) == -5000
    assert unpaid[48:79].strip() == f"IMPAYE CB {debit.trans_id}"
    assert of_code(records, "05")[-1][45:118].strip() == "LIBCONTESTE A L'ETRANGER"


def test_balances_follow_from_day_to_day(client, listener):
    done(client, pay(client).transactions.get(), "capture")
    first_day = clock.now().date().isoformat()
    advance(client, days=1)
    done(client, pay(client).transactions.get(), "capture")

    before, *_between, after = statement(client, first_day)
    opening, movement, _detail, closing = statement(client)

    assert (cents(before), cents(after)) == (0, 5124)
    assert (cents(opening), cents(movement), cents(closing)) == (5124, 5124, 10248)


def test_a_day_without_movement_has_its_two_balances(client):
    before, after = statement(client, "2026-12-01")

    assert (before[34:40], after[34:40]) == ("301126", "011226")
    assert cents(before) == cents(after) == 0


def test_another_currency_does_not_reach_this_account(client, listener):
    done(client, pay(client, vads_currency="840").transactions.get(), "capture")

    assert of_code(statement(client), "04") == []


def test_each_shop_has_an_account_with_right_keys():
    ibans = {iban(each) for each in shops_of_the_file().values()}

    assert len(ibans) == 101
    for each in ibans:
        bank, branch, account, key = each[4:9], each[9:14], each[14:25], each[25:]
        # F is 15 and R is 27.
        assert int(f"{each[4:]}1527{each[2:4]}") % 97 == 1
        assert (89 * int(bank) + 15 * int(branch) + 3 * int(account) + int(key)) % 97 == 0


def test_texts_and_amounts_are_as_banks_write_them():
    assert bank_text("Contesté ; « à l'étranger »") == "CONTESTE A L'ETRANGER"
    assert [euros(each) for each in (5, -120, 123456)] == ["0,05", "-1,20", "1234,56"]


@pytest.mark.parametrize("path", ["99999999/2026-12-01", "90000011/2026-13-01"])
def test_no_such_statement_is_404(client, path):
    assert client.get(f"/journaux/releve/{path}/").status_code == 404


def test_the_command_writes_the_statement_and_tells_the_account(client, listener, tmp_path, capsys):
    done(client, pay(client).transactions.get(), "capture")

    call_command("statement", "--shop", SITE_ID, "--to", str(tmp_path))

    (written,) = tmp_path.iterdir()
    assert written.read_bytes().decode().split("\r\n")[:-1] == statement(client)
    assert capsys.readouterr().out.split() == [written.name, iban(shop())]
    for wrong in (["--shop", "x", "--to", str(tmp_path)], ["--shop", SITE_ID, "--to", "/none"]):
        with pytest.raises(CommandError):
            call_command("statement", *wrong)
