"""Files of the platform that are refused: why, where, and what to do."""

import random
from datetime import UTC, date, datetime

import pytest

from rapprochement.readers.gateway import records
from rapprochement.readers.gateway.file import Mode
from rapprochement.readers.gateway.names import FileOrigin
from rapprochement.readers.gateway.reading import read_gateway_file
from rapprochement.readers.problems import FileUnreadable
from tests.rapprochement.readers.gateway_files import (
    jo_line,
    jrb_line,
    jri_line,
    jt_line,
    name_of,
    written,
)

SITE = "90000011"
DAY = date(2026, 12, 1)
AT = datetime(2026, 12, 1, 10, 20, 30, tzinfo=UTC)
LINES = {
    "JT": jt_line(trans_id="000001", cents=5124, at=AT),
    "JO": jo_line(trans_id="900000", cents=100, at=AT, operation_kind="CREDIT"),
    "JRB": jrb_line(trans_id="000001", cents=5124, remitted_at=AT, remittance_number="12"),
    "JRI": jri_line(trans_id="000001", cents=5000, paid_on=DAY, charged_back_on=DAY),
}
NAME = name_of("JRB", SITE, DAY)


def refusal(content: bytes, name: str, **how: object) -> str:
    with pytest.raises(FileUnreadable) as refused:
        read_gateway_file(content, filename=name, **how)
    return str(refused.value)


@pytest.mark.parametrize(
    ("kind", "column", "value", "expected"),
    [
        ("JT", "AMOUNT", "51,24", "Ligne 3, colonne AMOUNT : « 51,24 » n’est pas un montant"),
        ("JT", "AMOUNT", "-5124", "« -5124 » n’est pas un montant"),
        ("JT", "AMOUNT", "", "colonne AMOUNT : «  » n’est pas un montant"),
        ("JT", "AMOUNT", "²", "n’est pas un montant"),
        ("JT", "AMOUNT", "1" * 14, "n’est pas un montant"),
        ("JT", "TRANSACTION_ID", "1", "« 1 » n’est pas un numéro de transaction"),
        ("JT", "TRANSACTION_ID", "0000017", "n’est pas un numéro de transaction"),
        ("JT", "PAYMENT_DATE", "20261301", "« 20261301 » n’est pas une date (AAAAMMJJ)"),
        ("JT", "PAYMENT_DATE", "01/12/2026", "n’est pas une date"),
        ("JT", "PAYMENT_DATE", "00010101", "n’est pas une date"),
        ("JT", "PAYMENT_TIME", "250000", "« 250000 » n’est pas une heure (HHMMSS"),
        ("JT", "PAYMENT_TIME", "10:20:30", "n’est pas une heure"),
        ("JT", "CURRENCY_CODE", "€", "n’est pas un code de devise"),
        ("JT", "CURRENCY_CODE", "", "n’est pas un code de devise"),
        ("JT", "TRANSACTION_TYPE", "GIFT", "« GIFT » ne dit pas si l’argent est pris ou rendu"),
        ("JT", "TRANSACTION_TYPE", "", "ne dit pas si l’argent est pris ou rendu"),
        ("JT", "UUID", "xyz", "« xyz » n’est pas un identifiant de transaction"),
        ("JT", "SEQUENCE_NUMBER", "one", "n’est pas un numéro d’ordre"),
        ("JT", "ORDER_ID", "R" * 65, "est trop long (64 caractères au plus)"),
        ("JT", "TRANSACTION_STATUS", "S" * 41, "« SSSSSSSSSSSSSSSSSSSS… » est trop long"),
        ("JO", "OPERATION_DATE", "261301", "colonne OPERATION_DATE : « 261301 »"),
        ("JO", "TRANSACTION_TYPE", "GIFT", "ne dit pas si l’argent est pris ou rendu"),
        ("JRB", "BRUT_AMOUNT", "x", "colonne BRUT_AMOUNT : « x » n’est pas un montant"),
        ("JRB", "NET_AMOUNT", "5000", "« 5000 » ne s’accorde pas avec le montant brut"),
        ("JRB", "NET_AMOUNT", "9999", "« 9999 » ne s’accorde pas avec le montant brut"),
        ("JRB", "REMITTANCE_DATE", "", "colonne REMITTANCE_DATE"),
        ("JRB", "REMITTANCE_NB", "1" * 21, "colonne REMITTANCE_NB"),
        ("JRI", "SOURCE_AMOUNT", "1.5", "colonne SOURCE_AMOUNT"),
        ("JRI", "CHARGEBACK_DATE", "hier", "colonne CHARGEBACK_DATE : « hier »"),
    ],
)
def test_a_wrong_cell_is_named_with_its_line(kind, column, value, expected):
    name, content = written(kind, [{**LINES[kind], column: value}], SITE, DAY)

    assert expected in refusal(content, name)


def test_a_fee_without_its_net_cannot_be_checked():
    line = {**LINES["JRB"], "NET_AMOUNT": "", "COMMISSION_AMOUNT": "18"}
    name, content = written("JRB", [line], SITE, DAY)

    assert "colonne COMMISSION_AMOUNT : « 18 » ne s’accorde pas" in refusal(content, name)


def test_the_line_that_is_named_is_that_of_the_file():
    lines = [LINES["JRB"], {**LINES["JRB"], "ORDER_ID": "two\nlines"}, LINES["JRB"]]
    name, content = written("JRB", [*lines, {**LINES["JRB"], "BRUT_AMOUNT": "x"}], SITE, DAY)

    assert "Ligne 7, colonne BRUT_AMOUNT" in refusal(content, name)


@pytest.mark.parametrize(
    ("kind", "column"),
    [
        *(("JT", each) for each in ("TRANSACTION_ID", "TRANSACTION_STATUS", "PAYMENT_TIME")),
        ("JO", "OPERATION_DATE"),
        *(("JRB", each) for each in ("BRUT_AMOUNT", "REMITTANCE_NB", "REMITTANCE_DATE")),
        ("JRI", "SOURCE_AMOUNT"),
    ],
)
def test_a_column_that_lacks_is_named_with_where_to_tick_it(kind, column):
    columns = [name for name in LINES[kind] if name != column]
    name, content = written(kind, [LINES[kind]], SITE, DAY, columns=columns)

    said = refusal(content, name)

    assert f"Ligne 2 : il manque au journal {kind} de quoi être lu : {column}" in said
    assert "Cochez ces colonnes dans le back office" in said


def test_a_column_that_lacks_is_said_of_an_empty_file_too():
    columns = [name for name in LINES["JRB"] if name != "BRUT_AMOUNT"]
    name, content = written("JRB", [], SITE, DAY, columns=columns)

    assert "BRUT_AMOUNT" in refusal(content, name)


def test_a_column_that_is_there_twice_is_refused():
    columns = [*LINES["JT"], "AMOUNT"]
    name, content = written("JT", [LINES["JT"]], SITE, DAY, columns=columns)

    assert "la colonne AMOUNT est deux fois" in refusal(content, name)


def test_a_version_whose_places_are_unknown_needs_its_header():
    name, content = written("JRB", [LINES["JRB"]], SITE, DAY, title="TABLE_V3", header=False)

    assert "les colonnes du journal JRB V3 ne sont pas connues" in refusal(content, name)


@pytest.mark.parametrize("kind", ["JO", "JRB", "JRI"])
@pytest.mark.parametrize("told", ["0", "2", "x", "-1"])
def test_the_number_of_lines_must_be_the_announced_one(kind, told):
    name, content = written(kind, [LINES[kind]], SITE, DAY, told=told)

    assert f"annonce {told} lignes, le fichier en a 1" in refusal(content, name)


@pytest.mark.parametrize("kind", ["JO", "JRB", "JRI"])
def test_a_file_without_its_end_was_cut(kind):
    name, content = written(kind, [LINES[kind]], SITE, DAY, end=False)

    assert f"Ce journal {kind} s’arrête avant son enregistrement FIN" in refusal(content, name)


@pytest.mark.parametrize("kind", LINES)
def test_a_file_cut_within_a_line_is_refused(kind):
    name, content = written(kind, [LINES[kind]] * 3, SITE, DAY)
    last = content.rindex(b"\r\n", 0, -2) if kind != "JT" else len(content)

    assert "Ligne 5 : " in refusal(content[: last - 40], name)


@pytest.mark.parametrize("kind", ["JO", "JRB", "JRI"])
def test_two_files_end_to_end_are_refused(kind):
    name, content = written(kind, [LINES[kind]], SITE, DAY)

    assert "Ligne 5 : il y a du texte après l’enregistrement FIN" in refusal(content * 2, name)


def test_two_transaction_files_end_to_end_are_refused():
    name, content = written("JT", [LINES["JT"]], SITE, DAY)

    assert "Ligne 4 : l’enregistrement « TITRE » n’est pas attendu" in refusal(content * 2, name)


def test_a_record_of_another_kind_is_refused():
    name, content = written("JRB", [LINES["JRB"]], SITE, DAY)

    for stranger in (b"TRANSACTION;1", b"SOMETHING;1", b"ENTETE;A"):
        mixed = content.replace(b"FIN;1", stranger + b"\r\nFIN;1")
        code = stranger.partition(b";")[0].decode()
        assert f"Ligne 4 : l’enregistrement « {code} » n’est pas attendu" in refusal(mixed, name)


def test_a_semicolon_within_a_text_does_not_shift_the_columns():
    name, content = written("JRB", [LINES["JRB"]], SITE, DAY)

    said = refusal(content.replace(b"REMB-2026-0001", b"REMB;2026"), name)

    assert "Ligne 3 : 22 colonnes au lieu de 21" in said


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "Ce fichier est vide"),
        (b"\r\n \r\n", "Ce fichier est vide"),
        (b"\xef\xbb\xbf", "ne commence pas par l’enregistrement TITRE"),
        (b"<html><body>502</body></html>", "ne commence pas par l’enregistrement TITRE"),
        (b"PK\x03\x04\x00\x00", "n’est pas un texte"),
        ("TITRE;CAF".encode("utf-16"), "n’est pas un texte"),
        (b'TITRE;"CAF', "Ligne 1 : les guillemets"),
        (b'TITRE;"CAF"x;', "Ligne 1 : les guillemets"),
        (b"TITRE;" + b"x" * 200_000, "Ligne 1 : les guillemets"),
    ],
)
def test_what_is_not_a_file_of_the_platform(content, expected):
    assert expected in refusal(content, NAME)


def test_a_file_too_big_is_not_even_read(monkeypatch):
    monkeypatch.setattr(records, "MAX_BYTES", 100)
    name, content = written("JRB", [LINES["JRB"]], SITE, DAY)

    assert "Ce fichier est trop gros" in refusal(content, name)


@pytest.mark.parametrize("kind", LINES)
@pytest.mark.parametrize("lines", [0, 1])
def test_a_name_that_says_another_kind_is_refused(kind, lines):
    _name, content = written(kind, [LINES[kind]] * lines, SITE, DAY, columns=[*LINES[kind]])
    other = "JRI" if kind == "JT" else "JT"

    said = refusal(content, name_of(other, SITE, DAY))

    assert f"annonce un journal {other}, son contenu est un journal {kind}" in said


def test_another_name_needs_to_be_told_whose_file_it_is():
    _name, content = written("JRB", [LINES["JRB"]], SITE, DAY)

    said = refusal(content, "journal.csv")

    assert "Le nom de ce journal JRB ne dit ni sa boutique ni son jour" in said
    origin = FileOrigin(site_id=SITE, mode=Mode.PRODUCTION, day_on=DAY)
    file = read_gateway_file(content, filename="journal.csv", otherwise=origin)
    assert (file.site_id, file.day_on, len(file.lines)) == (SITE, DAY, 1)


def test_an_empty_file_of_which_nothing_tells_the_kind():
    origin = FileOrigin(site_id=SITE, mode=Mode.TEST, day_on=DAY)

    assert "rien ne dit de quel journal" in refusal(b"TITRE;CAF", "j.csv", otherwise=origin)


def test_a_name_with_a_day_that_does_not_exist():
    _name, content = written("JRB", [LINES["JRB"]], SITE, DAY)

    said = refusal(content, "JRB_CAF_90000011_261331_V2.csv")

    assert "« 261331 », qui n’est pas un jour" in said


@pytest.mark.parametrize("kind", ["JT", "JO"])
def test_a_file_renamed_to_another_day_is_refused(kind):
    _name, content = written(kind, [LINES[kind]], SITE, DAY)

    said = refusal(content, name_of(kind, SITE, date(2026, 12, 3)))

    assert "devrait être du 03/12/2026, et son opération n° 1 est du 01/12/2026" in said
    # Nobody says in which time zone the platform's day ends.
    name = name_of(kind, SITE, date(2026, 12, 2))
    assert read_gateway_file(content, filename=name).lines


@pytest.mark.parametrize("kind", LINES)
def test_a_file_altered_anywhere_is_read_or_refused_and_nothing_else(kind):
    name, content = written(kind, [LINES[kind]] * 3, SITE, DAY)
    chance = random.Random(kind)  # noqa: S311  the same bytes at each run
    noises = (b"", b";", b'"', b"\r", b"\n", b"\xe9", b"\xff", b"0")
    read, refusals = 0, []

    for _try in range(1_500):
        altered = bytearray(content)
        for _change in range(chance.randint(1, 4)):
            at = chance.randrange(len(altered))
            noise = chance.choice((*noises, bytes([chance.randrange(256)])))
            altered[at : at + chance.choice((0, 1, 1, 1, 9))] = noise
        try:
            read_gateway_file(bytes(altered), filename=name)
            read += 1
        except FileUnreadable as refused:
            refusals.append(str(refused))

    assert read > 10
    assert len(set(refusals)) > 10
    assert all(said.endswith(".") for said in refusals)
