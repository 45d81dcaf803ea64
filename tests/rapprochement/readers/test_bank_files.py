"""Any file of a bank: recognised by what it says, read whole or refused with a sentence."""

import contextlib
import dataclasses
import gzip
from datetime import date

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from rapprochement.readers.bank import reading, xml_file
from rapprochement.readers.bank.accounts import same_account
from rapprochement.readers.bank.reading import read_bank_file
from rapprochement.readers.problems import FileUnreadable
from tests.rapprochement.readers.bank_statements import Line, Statement
from tests.rapprochement.readers.camt_files import camt_file
from tests.rapprochement.readers.cfonb_files import cfonb_file

DAY = Statement(
    (Line(24_000, complements=(("LIB", "0700123"),)), Line(-1_070)), opening_cents=100, sequence=7
)
RIGHT = (
    cfonb_file(DAY),
    cfonb_file(DAY, line_end=""),
    camt_file(DAY),
    camt_file(DAY, version="08"),
)
WORDS = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789àé&<>'", max_size=16)
LINES = st.builds(
    Line,
    cents=st.integers(-(10**9), 10**9),
    booked_on=st.dates(date(2000, 1, 1), date(2099, 12, 31)),
    value_on=st.none() | st.dates(date(2000, 1, 1), date(2099, 12, 31)),
    label=WORDS.filter(bool),
    reference=WORDS,
    complements=st.lists(st.tuples(st.sampled_from(["LIB", "RCN", "NPY"]), WORDS), max_size=3).map(
        tuple
    ),
)
STATEMENTS = st.builds(
    Statement,
    lines=st.lists(LINES, max_size=5).map(tuple),
    opening_cents=st.integers(-(10**9), 10**9),
)


@settings(max_examples=60, deadline=None)
@given(statements=st.lists(STATEMENTS, min_size=1, max_size=3), end=st.sampled_from(["", "\r\n"]))
def test_the_same_account_is_read_from_each_format(statements, end):
    files = [
        cfonb_file(*statements, line_end=end),
        camt_file(*statements),
        camt_file(*statements, version="08"),
    ]

    found = [read_bank_file(content, filename="r").statements for content in files]

    for statement, *others in zip(statements, *found, strict=True):
        for other in others:
            assert facts(other) == expected(statement)
            assert same_account(other.account, statement.iban)


def expected(statement: Statement):
    return (
        statement.opening_cents,
        statement.closing,
        statement.from_on,
        statement.to_on,
        [
            (line.cents, line.booked_on, line.value_on or line.booked_on, line.label.strip(" "),
             line.reference.strip(" "))
            for line in statement.lines
            if line.cents
        ],
    )  # fmt: skip


def facts(statement):
    return (
        statement.opening_cents,
        statement.closing_cents,
        statement.from_on,
        statement.to_on,
        [
            (found.amount_cents, found.booked_on, found.value_on, found.label, found.reference)
            for found in statement.movements
        ],
    )


UNKNOWN = "n’est pas reconnu"
REFUSED = {
    "empty": (b"", "« r.txt » est vide"),
    "blank": (b" \r\n\r\n ", "« r.txt » est vide"),
    "text": (b"Bonjour", UNKNOWN),
    "mt940": (b":20:STARTUMS\r\n:25:30006/0001\r\n", UNKNOWN),
    "csv": (b"date;montant\r\n2026-11-20;10,00\r\n", UNKNOWN),
    "compressed": (gzip.compress(cfonb_file(DAY)), UNKNOWN),
    "zeros": (b"\x00" * 240, UNKNOWN),
    "cfonb code only": (b"01", UNKNOWN),
    "cfonb cut in a record": (RIGHT[1][:500], "n° 5 : il est coupé avant la fin de son montant"),
    "cfonb cut between records": (RIGHT[1][:480], "n° 4 : le fichier s’arrête là"),
    "another length": (b"0130006    00001EUR2" * 12, "n° 2"),
    "xml cut": (RIGHT[2][:-20], "n’est pas un document XML complet"),
    "xml cut early": (b"<Doc", "Ligne 1 : ce fichier n’est pas un document XML complet"),
    "html": (b"<!DOCTYPE html><html></html>", "DOCTYPE"),
    "other xml": (b"<html></html>", "n’est pas un relevé de banque"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_not_a_whole_statement_is_refused_with_a_sentence(case):
    content, sentence = REFUSED[case]

    with pytest.raises(FileUnreadable) as refusal:
        read_bank_file(content, filename="C:\\banque\\r.txt")

    assert sentence in str(refusal.value)


def test_a_file_that_is_too_large_is_refused_before_it_is_read(monkeypatch):
    monkeypatch.setattr(reading, "LARGEST_BYTES", 100)

    with pytest.raises(FileUnreadable, match=r"« r\.txt » dépasse \d+ Mo"):
        read_bank_file(RIGHT[0], filename="r.txt")


def test_xml_with_too_many_elements_is_refused_before_it_is_read(monkeypatch):
    monkeypatch.setattr(xml_file, "MAX_TAGS", 10)

    with pytest.raises(FileUnreadable, match="trop d’éléments"):
        read_bank_file(RIGHT[2], filename="r.xml")


def test_the_entries_of_a_large_xml_file_are_not_held_together(monkeypatch):
    content = camt_file(Statement(tuple(Line(1_00) for _ in range(200))))
    monkeypatch.setattr(xml_file, "_CHUNK", 512)
    monkeypatch.setattr(xml_file, "MAX_HELD_TAGS", content.count(b"<") // 20)

    (statement,) = read_bank_file(content, filename="r.xml").statements

    assert [each.rank for each in statement.movements] == list(range(1, 201))


def test_an_entry_that_holds_too_much_is_refused_in_words_that_name_the_limit(monkeypatch):
    content = camt_file(Statement(tuple(Line(1_00) for _ in range(20))))
    monkeypatch.setattr(xml_file, "_CHUNK", 512)
    monkeypatch.setattr(xml_file, "MAX_HELD_TAGS", 200)
    large = content.replace(b"</Ntry>", b"<x/>" * 300 + b"</Ntry>", 1)

    with pytest.raises(FileUnreadable, match=r"plus de 200 balises, .* dans un seul mouvement"):
        read_bank_file(large, filename="r.xml")


def test_an_entry_out_of_its_place_is_refused_though_it_was_read_alone():
    content = camt_file(Statement((Line(1_00),)))
    entry = content[content.index(b"<Ntry>") : content.index(b"</Ntry>") + len(b"</Ntry>")]
    moved = content.replace(entry, b"").replace(b"<Acct>", entry + b"<Acct>")

    with pytest.raises(FileUnreadable, match="n’est pas prévu à cette place"):
        read_bank_file(moved, filename="r.xml")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_xml_is_recognised_in_the_encodings_of_xml(encoding):
    text = RIGHT[2].decode().replace('encoding="UTF-8"', f'encoding="{encoding[:6].rstrip("-")}"')

    found = read_bank_file(text.encode(encoding), filename="r")

    assert found.statements[0].closing_cents == DAY.closing


@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE Document [<!ENTITY a "R2">]>',
        '<!DOCTYPE Document SYSTEM "http://127.0.0.1:9/a.dtd">',
        '<!DOCTYPE Document [<!ENTITY a SYSTEM "file:///etc/hostname">]>',
        '<!DOCTYPE Document [<!ENTITY b "bbbbbbbbbb">'
        + "".join(
            f'<!ENTITY {name} "{f"&{inner};" * 50}">'
            for inner, name in zip("bcdefgh", "cdefgha", strict=True)
        )
        + "]>",
    ],
)
def test_a_document_type_is_refused_and_its_entities_stay_closed(doctype):
    text = RIGHT[2].decode().replace("<Document", f"{doctype}<Document").replace(">R1<", ">&a;<")

    with pytest.raises(FileUnreadable, match=r"DOCTYPE|XML complet"):
        read_bank_file(text.encode(), filename="r.xml")


def test_names_of_files_are_shown_without_folders_nor_commands():
    with pytest.raises(FileUnreadable) as refusal:
        read_bank_file(b"", filename="/srv/depot/a\x00b\u202e" + "c" * 200)

    assert "« ab" + "c" * 98 + " »" in str(refusal.value)


@settings(max_examples=400, deadline=None)
@given(
    content=st.sampled_from(RIGHT),
    changes=st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), max_size=4),
    inserted=st.sampled_from(
        [b"", b"9" * 40, b"0", b"-", b"\x00", b"&#0;", b"&a;", b"<Dt>", b"]]>", b"<?x?>"]
    ),
    cut=st.integers(0, 10**6),
)
@example(content=RIGHT[2], changes=[(36, 255)], inserted=b"", cut=1)
def test_a_damaged_file_is_read_or_refused_with_a_sentence(content, changes, inserted, cut):
    damaged = bytearray(content)
    for position, value in changes:
        damaged[position % len(damaged)] = value
    place = cut % len(damaged)
    damaged[place:place] = inserted
    if cut % 3 == 0:
        del damaged[place:]

    with contextlib.suppress(FileUnreadable):
        for statement in read_bank_file(bytes(damaged), filename="r").statements:
            moved = sum(found.amount_cents for found in statement.movements)
            assert statement.opening_cents + moved == statement.closing_cents


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_refused_with_a_sentence(content):
    for start in (b"", b"0130006", b"<Document"):
        with pytest.raises(FileUnreadable) as refusal:
            read_bank_file(start + content, filename="r")
        assert str(refusal.value).endswith(".")


def test_a_movement_cannot_be_changed_once_read():
    movement = read_bank_file(RIGHT[0], filename="r").statements[0].movements[0]

    with pytest.raises(dataclasses.FrozenInstanceError):
        movement.amount_cents = 1
