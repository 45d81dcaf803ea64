"""camt.053 statements in their two versions, and the sentence of each refusal."""

from datetime import date

import pytest
from pycamt.parser import Camt053Parser

from rapprochement.readers.bank.reading import read_bank_file
from rapprochement.readers.problems import FileUnreadable
from tests.rapprochement.readers.bank_statements import IBAN, Line, Statement
from tests.rapprochement.readers.camt_files import balance, camt_file, entry

DAY = Statement(
    (
        Line(24_000, label="REMISE CB", reference="REM000123", complements=(("LIB", "0700123"),)),
        Line(-1_070, value_on=date(2026, 11, 22), label="COM & FRAIS"),
    ),
    opening_cents=-5_000,
    sequence=213,
)
VERSIONS = pytest.mark.parametrize("version", ["02", "08"])


def read(content: bytes):
    found = read_bank_file(content, filename="releve.xml")
    assert found.kind == "CAMT053"
    return found.statements


def with_entries(*entries: str, version: str = "02", moved: int = 0) -> bytes:
    """A statement with these entries, whose balances say that ``moved`` cents came in."""
    content = camt_file(Statement(closing_cents=moved), version=version).decode()
    return content.replace("</Stmt>", "".join(entries) + "</Stmt>").encode()


@VERSIONS
def test_a_statement_gives_its_account_its_balances_and_its_movements(version):
    [statement] = read(camt_file(DAY, version=version))

    assert (statement.account, statement.currency) == (IBAN, "EUR")
    assert (statement.sequence, statement.statement_id) == (213, "R1")
    assert (statement.from_on, statement.to_on) == (date(2026, 11, 19), date(2026, 11, 20))
    assert (statement.opening_cents, statement.closing_cents) == (-5_000, 17_930)
    remise, fee = statement.movements
    assert (remise.rank, remise.amount_cents, remise.code) == (1, 24_000, "05")
    assert (remise.label, remise.reference) == ("REMISE CB", "REM000123")
    assert remise.details == "BkTxCd 05\nUstrd LIB 0700123"
    assert (fee.rank, fee.amount_cents, fee.label) == (2, -1_070, "COM & FRAIS")
    assert (fee.booked_on, fee.value_on) == (date(2026, 11, 20), date(2026, 11, 22))


@VERSIONS
def test_only_booked_entries_are_movements(version):
    content = with_entries(
        entry(Line(500), version, status="PDNG"),
        entry(Line(100), version),
        entry(Line(700), version, status="INFO"),
        entry(Line(0), version),
        version=version,
        moved=100,
    )

    [statement] = read(content)

    assert [(found.rank, found.amount_cents) for found in statement.movements] == [(1, 100)]


def test_an_entry_that_undoes_another_keeps_its_own_sense():
    undone = entry(Line(-300)).replace("<Sts>", "<RvslInd>true</RvslInd><Sts>")

    [statement] = read(with_entries(undone, moved=-300))

    [movement] = statement.movements
    assert (movement.amount_cents, movement.details) == (-300, "RvslInd true\nBkTxCd 05")


@VERSIONS
def test_a_batch_stays_one_movement_with_what_recognises_its_transactions(version):
    payer = "<Nm>Payeur d’essai</Nm>"
    payer = payer if version == "02" else f"<Pty>{payer}</Pty>"
    transactions = "".join(
        f"<TxDtls><Refs><EndToEndId>E{number}</EndToEndId></Refs>{{amount}}"
        f"<RltdPties><Dbtr>{payer}</Dbtr></RltdPties>"
        f"<RmtInf><Strd><CdtrRefInf><Ref>RF{number}</Ref></CdtrRefInf></Strd></RmtInf>"
        "<RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf></TxDtls>"
        for number in (1, 2)
    ).replace(
        "{amount}",
        "" if version == "02" else '<Amt Ccy="EUR">1.00</Amt><CdtDbtInd>CRDT</CdtDbtInd>',
    )
    batch = (
        "<Btch><PmtInfId>P1</PmtInfId><NbOfTxs>2</NbOfTxs></Btch>"
    )  # fmt: skip
    content = with_entries(
        entry(Line(200, label=""), version).replace(
            "</Ntry>", f"<NtryDtls>{batch}{transactions}</NtryDtls></Ntry>"
        ),
        version=version,
        moved=200,
    )

    [statement] = read(content)

    [movement] = statement.movements
    assert movement.amount_cents == 200
    assert movement.details.split("\n") == [
        "BkTxCd 05", "PmtInfId P1", "NbOfTxs 2",
        "EndToEndId E1", "Dbtr Payeur d’essai", "CdtrRef RF1", "RtrInf AC04",
        "EndToEndId E2", "Dbtr Payeur d’essai", "CdtrRef RF2", "RtrInf AC04",
    ]  # fmt: skip


def test_an_iso_code_comes_before_the_code_of_the_bank():
    domain = (
        "<Domn><Cd>PMNT</Cd><Fmly><Cd>MCRD</Cd><SubFmlyCd>POSP</SubFmlyCd></Fmly></Domn><Prtry>"
    )

    [statement] = read(with_entries(entry(Line(1)).replace("<Prtry>", domain), moved=1))

    assert statement.movements[0].code == "PMNT-MCRD-POSP"


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        ("2026-11-20T23:30:00Z", date(2026, 11, 21)),
        ("2026-11-20T23:30:00+01:00", date(2026, 11, 20)),
        ("2026-11-20T23:30:00", date(2026, 11, 20)),
        ("2026-06-30T22:30:00Z", date(2026, 7, 1)),
        ("2026-11-20T24:00:00+01:00", date(2026, 11, 20)),
    ],
)
def test_an_instant_has_its_day_in_paris(instant, day):
    timed = entry(Line(1)).replace("<Dt>2026-11-20</Dt>", f"<DtTm>{instant}</DtTm>")

    [statement] = read(with_entries(timed, moved=1))

    assert (statement.movements[0].booked_on, statement.movements[0].value_on) == (day, day)


def test_a_previous_closing_balance_opens_a_statement():
    [statement] = read(camt_file(DAY).replace(b"OPBD", b"PRCD"))

    assert statement.opening_cents == -5_000


def test_an_account_without_iban_is_named_as_the_bank_does():
    iban = f"<IBAN>{IBAN}</IBAN>".encode()

    [statement] = read(camt_file(DAY).replace(iban, b"<Othr><Id>30006 00001 x1</Id></Othr>"))

    assert statement.account == "3000600001X1"


def test_a_legal_number_stands_for_the_electronic_one():
    [statement] = read(camt_file(DAY).replace(b"ElctrncSeqNb", b"LglSeqNb"))

    assert statement.sequence == 213


def test_a_file_holds_several_statements():
    statements = read(camt_file(DAY, Statement(opening_cents=17_930, statement_id="R2")))

    assert [found.statement_id for found in statements] == ["R1", "R2"]


@VERSIONS
def test_another_library_reads_the_same(version):
    content = camt_file(DAY, version=version)

    foreign = Camt053Parser(content)

    [info] = foreign.get_statement_info()
    rows = foreign.get_transactions()
    assert info["IBAN"] == IBAN
    assert (float(info["OpeningBalance"]), float(info["ClosingBalance"])) == (-50.0, 179.3)
    [statement] = read(content)
    assert [
        (row["Amount"], row["CreditDebitIndicator"], row["BookingDate"], row["ValueDate"])
        for row in rows
    ] == [
        (
            f"{abs(found.amount_cents) / 100:.2f}",
            "DBIT" if found.amount_cents < 0 else "CRDT",
            str(found.booked_on),
            str(found.value_on),
        )
        for found in statement.movements
    ]


REFUSED = [
    ("camt.053.001.02", "camt.053.001.04", "« camt.053.001.04 », qui n’est pas lu ici"),
    ("camt.053.001.02", "camt.054.001.02", "« camt.054.001.02 », qui n’est pas lu ici"),
    ("urn:iso:std:iso:20022:tech:xsd:", "urn:", "n’est pas un relevé de banque"),
    ("<Ccy>EUR<", "<Ccy>USD<", "Acct/Ccy) : le compte n’est pas en euros"),
    ('<Amt Ccy="EUR">240.00', '<Amt Ccy="USD">240.00', "Ntry[1]/Amt) : la devise n’est pas EUR"),
    ('<Amt Ccy="EUR">50.00', '<Amt Ccy="CHF">50.00', "Bal[1]/Amt) : la devise n’est pas EUR"),
    ("240.00", "240.001", "ligne 10, BkToCstmrStmt/Stmt/Ntry[1]/Amt) : le montant a plus de deux"),
    ("240.00", "1000000000000.00", "Ntry[1]/Amt) : le montant est trop grand"),
    ("240.00", "240.01", "mouvements (229,31 €) ne donnent pas le solde final (179,30 €)"),
    ("OPBD", "ITBD", "il manque le solde OPBD/PRCD"),
    ("CLBD", "CLAV", "il manque le solde CLBD"),
    ("CLBD", "OPBD", "il y a plusieurs soldes OPBD"),
    ("0189</IBAN>", "0188</IBAN>", "la clé de l’IBAN du compte est fausse"),
    ("<BookgDt><Dt>2026-11-20</Dt></BookgDt>", "", "n’a pas de date de comptabilisation"),
    ("<BookgDt><Dt>2026", "<BookgDt><Dt>100000000000000000000", "la date n’existe pas"),
    ("<BookgDt><Dt>2026", "<BookgDt><Dt>12026", "BookgDt/Dt) : la date n’existe pas"),
    ("<Dt>2026-11-19</Dt>", "<Dt>2026-11-21</Dt>", "le solde initial est daté du 21/11/2026"),
    (f"<IBAN>{IBAN}</IBAN>", "<Othr><Id> </Id></Othr>", "le compte n’a pas de numéro"),
]  # fmt: skip


@pytest.mark.parametrize(("right", "wrong", "sentence"), REFUSED)
def test_a_statement_that_is_wrong_is_refused_with_its_place(right, wrong, sentence):
    content = camt_file(DAY).decode()
    assert right in content

    with pytest.raises(FileUnreadable) as refusal:
        read_bank_file(content.replace(right, wrong, 1).encode(), filename="releve.xml")

    assert sentence in str(refusal.value).replace("\u202f", " ").replace("\xa0", " ")


def test_a_balance_of_one_kind_twice_is_refused():
    content = camt_file(DAY).decode().replace("<Ntry>", balance("CLBD", DAY.to_on, 1) + "<Ntry>", 1)

    with pytest.raises(FileUnreadable, match="il y a plusieurs soldes CLBD"):
        read_bank_file(content.encode(), filename="releve.xml")
