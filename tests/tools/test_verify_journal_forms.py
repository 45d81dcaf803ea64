"""Files edited by hand, their SHA-256 made again: every other check has its own word to say."""

import hashlib
import re
from pathlib import Path

import pytest

from tests.tools.journal_files import (
    FEC_HEADER,
    chained,
    csv_file,
    fec,
    jsonl,
    opening,
    payment,
    seals,
)
from tests.tools.verified_files import FEC_NAME, PERIOD, said, wrote
from tests.tools.verifier import Answer, verify

ENTRIES = chained(
    [
        payment("CBL", "2026-12-30", "PAY-1", 2_400),
        payment("CBL", "2026-12-31", "PAY-2", 1, origin_on="2026-12-30"),
    ]
)
C, Z = b"c" * 64, b"0" * 64
ID = ENTRIES[0].id.encode()


def sealed(content: bytes) -> bytes:
    """The file with the SHA-256 of its last line made again, when it has one."""
    body, _, last = content.rstrip(b"\n").rpartition(b"\n")
    body += b"\n"
    digest = hashlib.sha256(body).hexdigest().encode()
    return body + re.sub(rb"[0-9a-f]{64}(?=$|\"\}$)", digest, last) + b"\n"


def edited(content: bytes, old: bytes, new: bytes, count: int = 1) -> bytes:
    assert old in content
    return sealed(content.replace(old, new, count))


def on_fec(folder: Path, content: bytes, beside: bytes) -> Answer:
    path = wrote(folder, FEC_NAME, content)
    return verify("--json", path, "--seals", wrote(folder, "s.csv", beside))


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        (b'"exercice":2026', b'"exercice":2025', "l’exercice n’est pas l’année"),
        (b'"late":true', b'"late":false', "« late »"),
        (b'"reverses":null', b'"reverses":"' + ID + b'"', "ne s’annule pas elle-même"),
        (b'"ecritures":2', b'"ecritures":3', "3 écritures annoncés, 2 lus"),
        (b'"lines":4', b'"lines":5', "5 lignes annoncés"),
        (b'"debit_cents":2401', b'"debit_cents":2402', "2402 centimes au débit"),
        (b'"to_on":"2026-12-31"', b'"to_on":"2026-12-30"', "après la période"),
        (b'"as_of":"2027-02', b'"as_of":"2026-02', "validée après l’arrêté"),
        (b'"CHQ","last_number":3', b'"CHQ","last_number":4', "mais qui avance"),
        (b'"CHQ","last_number"', b'"CHR","last_number"', "pas les mêmes journaux"),
        (b'"version":1', b'"version":2', "« version »"),
        (b'"version":1', b'"version": 1', "sous sa forme exacte"),
        (b'"piece":', b'"Piece":', "les clés ne sont pas celles"),
        (b'"journal":"CBL"', b'"journal":"AN"', "AN n’existe que dans un FEC"),
        (b'"siren":"999123456"', b'"siren":"99912345X"', "SIREN"),
        (b'"caisse":"999"', b'"caisse":"9999"', "trois chiffres"),
        (b'"from_on":"2026-12-01"', b'"from_on":"2027-12-01"', "la période n’en est pas une"),
        (b'"as_of":"2027-02-01T', b'"as_of":"2027-02-01 ', "n’est pas un instant"),
        (b'"position":1', b'"position":7', "position 7 au lieu de 1"),
        (b'{"journal"', b'{"journal\xff"', "pas du JSON en UTF-8"),
        (b'{"journal"', b'{"end":true}\n{"journal"', "les clés"),
        (b'{"journal"', b'1\n{"journal"', "pas un objet"),
    ],
)
def test_a_json_line_edited_is_named(tmp_path: Path, old: bytes, new: bytes, what: str):
    content = edited(jsonl(ENTRIES, period=PERIOD), old, new)

    assert what in said(verify("--json", wrote(tmp_path, "a.jsonl", content)))


def test_journals_of_a_file_are_sorted_named_and_have_a_past_or_none(tmp_path: Path):
    content = jsonl(ENTRIES, period=PERIOD)

    for old, new, what in (
        (b'"CHQ"', b'"AAA"', "doivent être triés"),
        (b'"code":"CBL"', b'"code":"CBM"', "le journal CBL n’est pas annoncé"),
        (C, Z, "a un numéro précédent et pas d’empreinte"),
    ):
        file = wrote(tmp_path, "a.jsonl", edited(content, old, new, 2))
        assert what in said(verify("--json", file))


def test_a_json_file_has_one_beginning_and_one_end(tmp_path: Path):
    content = jsonl(ENTRIES, period=PERIOD)
    lines = content.splitlines(keepends=True)

    for file, what in (
        (sealed(b"".join(lines[1:])), "pas d’en-tête"),
        (b"".join(lines[:-1]), "la ligne de fin manque"),
        (content + lines[-1], "quelque chose suit la fin"),
        (content[:-1], "la ligne ne finit pas"),
    ):
        assert what in said(verify("--json", wrote(tmp_path, "a.jsonl", file)))


def test_years_go_forward(tmp_path: Path):
    entries = chained(
        [payment("CBL", "2027-01-01", "PAY-1", 100), payment("CBL", "2026-12-31", "PAY-2", 100)]
    )

    assert "l’exercice recule" in said(verify("--json", wrote(tmp_path, "a.jsonl", jsonl(entries))))


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        (b";oui;", b";non;", "« Tardive »"),
        (b";CARD_PAYMENT;", b";card;", "mot en capitales"),
        (b";" + ID + b";", b";un;", "un identifiant n’en est pas un"),
        (b";;" + ID + b";", b";un;" + ID + b";", "un identifiant n’en est pas un"),
        (b";;" + ID + b";", b";" + ID + b";" + ID + b";", "ne s’annule pas elle-même"),
        (b"\n999;CBL", b"\n998;CBL", "d’une autre caisse"),
        (b"Caisse;Journal;JournalLib;Exercice", b"Caisse;Journal;JournalLib;An", "les colonnes"),
        (b";oui;", b";oui;;", "26 cellules"),
        (b";1;5115;", b";01;5115;", "Position : nombre mal écrit"),
        (b";1;5115;", b";7;5115;", "position 7 au lieu de 1"),
        (b";24,00;", b";24.00;", "Debit : nombre mal écrit"),
        (b";2026-12-30;", b";2026-12-32;", "pas une date"),
        (Z, Z[1:] + b"G", "une empreinte n’en est pas une"),
        (b";PAY-1;", b';"PAY-1";', "sous sa forme exacte"),
        (b";PAY-1;", b';P"AY"-1;', "sous sa forme exacte"),
        (b";PAY-1;", b";P\xff;", "pas en UTF-8"),
        (b";PAY-1;", b";=PAY-1;", "non protégé"),
        (b"EXPORT;1;", b"EXPORT;2;", "EXPORT n’a pas la forme"),
        (b";CAF d\xe2\x80\x99Exemple;", b";;", "nom de la caisse"),
        (b"JOURNAL;CHQ;Un journal;3;", b"JOURNAL;CHQ;Un journal;-3;", "JOURNAL n’a pas"),
        (C, C.upper(), "une empreinte du journal CHQ n’en est pas une"),
        (b"FIN;2;", b"FIN;;2;", "FIN n’a pas la forme"),
        (b"FIN;2;", b"FIN;2;\n999;FIN;2;", "FIN n’a pas la forme"),
        (b"\nEXPORT", b"\nJOURNAL;A;B;0;C;0;C\nEXPORT", "pas à sa place parmi"),
        (b"\nJOURNAL", b"\n999;CBL\nJOURNAL", "pas à sa place parmi"),
    ],
)
def test_a_csv_cell_edited_is_named(tmp_path: Path, old: bytes, new: bytes, what: str):
    content = edited(csv_file(ENTRIES, period=PERIOD), old, new)

    assert re.search(what, said(verify("--json", wrote(tmp_path, "a.csv", content))))


def test_the_lines_of_an_ecriture_agree_on_it(tmp_path: Path):
    lines = csv_file(ENTRIES, period=PERIOD).split(b"\n")
    lines[2] = lines[2].replace(b";PAY-1;", b";PAY-9;")
    rows = fec(ENTRIES).split(b"\n")
    rows[2] = rows[2].replace(b"\tPAY-1\t", b"\tPAY-9\t")

    for name, content in (("a", sealed(b"\n".join(lines))), (FEC_NAME, b"\n".join(rows))):
        assert "ne disent pas la même chose" in said(
            verify("--json", wrote(tmp_path, name, content))
        )


def test_a_csv_has_one_end(tmp_path: Path):
    content = csv_file(ENTRIES, period=PERIOD)
    lines = content.splitlines(keepends=True)

    for file, what in (
        (b"".join(lines[:-1]), "les lignes EXPORT et FIN manquent"),
        (content + lines[-1], "quelque chose suit la ligne FIN"),
        (content.replace(b"PAY-1", b"PAY-9"), "des octets ont changé"),
    ):
        assert what in said(verify("--json", wrote(tmp_path, "a.csv", file)))


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        (b"\t\tPAY-1", b"\tNom\tPAY-1", "CompAuxLib n’est pas vide"),
        (b"\t20261230\t\t\n", b"\t20261230\t1,00\t\n", "Montantdevise n’est pas vide"),
        (b"\t1\t20261230", b"\t01\t20261230", "EcritureNum"),
        (b"en ligne", b"en ligne \xe9", "encodage du fichier"),
        (b"\t20261231\t5115", b"\t20251231\t5115", "d’un autre exercice que le nom"),
    ],
)
def test_a_fec_field_edited_is_named(tmp_path: Path, old: bytes, new: bytes, what: str):
    content = fec(ENTRIES)
    assert old in content
    beside = seals(ENTRIES, content, period=PERIOD)

    assert what in said(on_fec(tmp_path, content.replace(old, new, 1), beside))


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        (b"\n999;CBL", b"\n998;CBL", "d’une autre caisse"),
        (b";999123456;", b";999123457;", "le nom du FEC"),
        (b";2026-12-31;2027", b";2026-12-30;2027", "le nom du FEC"),
        (b";utf-8;", b";utf-9;", "encodage inconnu"),
        (b";utf-8;", b";utf-8;0", "le SHA-256 scellé n’est pas celui du FEC"),
        (b"\n999;CBL;2026;1;", b"\n999;CBL;2026;1;;", "8 cellules"),
        (b"\n999;CBL;2026;1;", b"\n999;CBL;2026;01;", "mal écrit"),
        (b"\n999;CBL;2026;1;", b"\n999;CBL;2026;3;", "n’a pas de scellé"),
        (b"FIN;2;", b"FIN;3;", "3 écritures annoncés"),
    ],
)
def test_seals_edited_are_named(tmp_path: Path, old: bytes, new: bytes, what: str):
    content = fec(ENTRIES)
    beside = edited(seals(ENTRIES, content, period=PERIOD), old, new)

    assert what in said(on_fec(tmp_path, content, beside))


def test_opening_balances_are_one_ecriture_at_the_beginning(tmp_path: Path):
    rows = opening(2026, {"5115": 100, "409230": -100})
    plain = fec(ENTRIES, an=rows)
    second = [row.replace("\t1\t", "\t2\t", 1) for row in rows]
    late = [row.replace("20260101", "20260102") for row in rows]
    last = fec(ENTRIES) + "".join(f"{row}\n" for row in rows).encode()

    assert FEC_HEADER.encode() in last
    for content, what in (
        (plain, "des à-nouveaux alors que la période commence plus tard"),
        (fec(ENTRIES, an=rows + second), "la première du fichier"),
        (fec(ENTRIES, an=late), "la date du 1er janvier"),
        (last, "la première du fichier"),
    ):
        beside = seals(ENTRIES, content, period=PERIOD)
        assert what in said(on_fec(tmp_path, content, beside))
