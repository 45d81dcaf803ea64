"""Frauds whose author computed the totals and the SHA-256 again: each is found, and named."""

import json
import re
from pathlib import Path

import pytest

from tests.tools.journal_files import (
    Entry,
    a_year_and_a_bit,
    chained,
    csv_file,
    digest_of,
    dumped,
    fec,
    footer_of,
    jsonl,
    of_year,
    payment,
    seals,
)
from tests.tools.verified_files import FEC_NAME, PERIOD, YEAR, said, verify_all, write_fec, wrote
from tests.tools.verifier import verify


def test_a_changed_amount_is_found_where_it_is(tmp_path: Path):
    entries = a_year_and_a_bit()
    entries[2].lines[0].debit = entries[2].lines[1].credit = 6

    for answer in verify_all(tmp_path, entries):
        (breach,) = answer.breaches
        assert (breach["journal"], breach["exercice"], breach["number"]) == ("CBL", 2026, 2)
        assert "empreinte n’est pas celle du contenu" in breach["what"]


@pytest.mark.parametrize("changed", ["piece", "label", "validated_on", "origin_on"])
def test_what_the_chain_covers_cannot_change(tmp_path: Path, changed: str):
    entries = a_year_and_a_bit()
    later = "2027-01-03" if changed == "validated_on" else "2026-12-27"
    setattr(entries[1], changed, later if changed.endswith("_on") else "Autre chose")

    for answer in verify_all(tmp_path, entries):
        assert "l’empreinte n’est pas celle du contenu" in said(answer)


def test_a_line_moved_to_another_ecriture_is_found(tmp_path: Path):
    entries = a_year_and_a_bit()
    entries[2].lines.append(entries[1].lines.pop())
    entries[1].positions, entries[2].positions = [1], [1, 2, 3]

    for answer in verify_all(tmp_path, entries):
        assert "moins de deux lignes" in said(answer)
        assert "pas d’équilibre" in said(answer)


def test_an_ecriture_taken_away_is_found(tmp_path: Path):
    entries = chained([payment("CBL", f"2026-12-{day}", f"PAY-{day}", 100) for day in (28, 29, 30)])
    del entries[1]

    for answer in verify_all(tmp_path, entries):
        assert said(answer) == (
            "numéro 2 attendu : la suite est rompue"
            " | l’empreinte précédente n’est pas celle de l’écriture d’avant"
        )


def test_the_first_ecriture_taken_away_is_found(tmp_path: Path):
    entries = chained([payment("CBL", f"2026-12-{day}", f"PAY-{day}", 100) for day in (28, 29)])
    lines = jsonl(entries[1:]).splitlines()
    header = json.loads(lines[0])
    header["journals"][0].update(previous_number=0, previous_hash="0" * 64)
    lines[0] = dumped(header).strip()
    lines[-1] = footer_of(entries[1:], b"".join(line + b"\n" for line in lines[:-1])).strip()

    answer = verify("--json", wrote(tmp_path, "a.jsonl", b"\n".join(lines) + b"\n"))

    assert said(answer) == (
        "numéro 1 attendu en premier | l’empreinte précédente n’est pas celle d’avant le fichier"
    )


def test_the_last_ecriture_taken_away_with_new_totals_is_found(tmp_path: Path):
    entries = a_year_and_a_bit()
    whole, cut = entries, entries[:4] + entries[5:]
    states = json.loads(jsonl(whole).splitlines()[-1])["journals"]
    lines = jsonl(cut).splitlines()
    footer = {**json.loads(lines[-1]), "journals": states}
    lines[-1] = json.dumps(footer, ensure_ascii=False, separators=(",", ":")).encode()

    answer = verify("--json", wrote(tmp_path, "a.jsonl", b"\n".join(lines) + b"\n"))

    assert said(answer) == (
        "dernier numéro 2 annoncé, 1 lu | la dernière empreinte n’est pas celle annoncée"
    )


def test_two_ecritures_swapped_are_found(tmp_path: Path):
    entries = a_year_and_a_bit()
    entries[1], entries[2] = entries[2], entries[1]

    for file in (jsonl(entries), csv_file(entries)):
        answer = verify("--json", wrote(tmp_path, "a", file))
        assert "pas à sa place dans l’ordre du fichier" in said(answer)
    fec_order = of_year(a_year_and_a_bit(), YEAR)
    fec_order[0], fec_order[1] = fec_order[1], fec_order[0]
    path, sealed = write_fec(tmp_path, fec_order)
    assert "pas à sa place" in said(verify("--json", path, "--seals", sealed))
    assert "pas à sa place" in said(verify("--json", path))


def test_an_ecriture_renumbered_with_its_own_hash_made_again_is_found(tmp_path: Path):
    entries = a_year_and_a_bit()
    entries[2].number = 3
    entries[2].hash = digest_of(entries[2])

    for answer in verify_all(tmp_path, entries):
        assert "numéro 2 attendu : la suite est rompue" in said(answer)
    answer = verify("--json", wrote(tmp_path, "b.jsonl", jsonl(entries)))
    assert [b["number"] for b in answer.breaches if "écriture d’avant" in b["what"]] == [1]


def test_a_rewritten_ecriture_breaks_the_next_link(tmp_path: Path):
    entries = a_year_and_a_bit()
    entries[1].lines[0].debit = entries[1].lines[1].credit = 1
    entries[1].hash = digest_of(entries[1])

    for answer in verify_all(tmp_path, entries):
        (breach,) = answer.breaches
        assert (breach["journal"], breach["number"]) == ("CBL", 2)
        assert "écriture d’avant" in breach["what"]


def test_two_journals_interleaved_are_refused_but_in_a_fec(tmp_path: Path):
    entries = a_year_and_a_bit()
    mixed = [entries[1], entries[0], *entries[2:]]

    for file in (jsonl(mixed), csv_file(mixed)):
        assert "pas à sa place" in said(verify("--json", wrote(tmp_path, "a", file)))
    codes = [entry.journal for entry in of_year(entries, YEAR)]
    assert codes == ["CBL", "BQ", "CBL", "OD"]


def test_numbers_restart_with_the_year_and_only_then(tmp_path: Path):
    entries = a_year_and_a_bit()
    entries[3].number, entries[4].number = 3, 4
    for n in (3, 4):
        entries[n].previous_hash = entries[n - 1].hash
        entries[n].hash = digest_of(entries[n])

    for file in (jsonl(entries), csv_file(entries)):
        assert "numéro 1 attendu" in said(verify("--json", wrote(tmp_path, "a", file)))


def spoilt(change: str) -> list[Entry]:
    """Entries that break one rule, with every hash computed for it."""
    entry = payment("CBL", "2026-12-30", "PAY-0001", 100)
    other = payment("CBL", "2026-12-31", "PAY-0002", 100)
    match change:
        case "balance":
            entry.lines[0].debit = 101
        case "both sides":
            entry.lines[0].credit = entry.lines[1].debit = 100
        case "no side":
            entry.lines[0].debit = entry.lines[1].credit = 0
        case "account":
            entry.lines[0].compte = "51"
        case "letters in the account":
            entry.lines[0].compte = "5115A"
        case "validated too early":
            entry.validated_on = "2026-12-29"
        case "fact after":
            entry.origin_on = "2026-12-31"
        case "validation goes back":
            entry.validated_on = "2027-01-05"
        case "accounting goes back":
            other.accounting_on = "2026-12-29"
            other.validated_on = other.origin_on = entry.validated_on = "2026-12-30"
            other.origin_on = "2026-12-29"
        case "one line":
            entry.lines.pop()
        case "out of the period":
            entry.accounting_on = "2026-11-30"
        case "lettrage without a date":
            entry.lines[0].lettrage = "A"
        case "no label":
            entry.lines[0].label = ""
    return chained([entry, other])


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ("balance", "débit 1,01, crédit 1,00 : pas d’équilibre"),
        ("both sides", "un débit ou un crédit"),
        ("no side", "un débit ou un crédit"),
        ("account", "trois chiffres"),
        ("letters in the account", "trois chiffres"),
        ("validated too early", "dates dans le désordre"),
        ("fact after", "dates dans le désordre"),
        ("validation goes back", "recule|pas à sa place"),
        ("accounting goes back", "recule"),
        ("one line", "moins de deux lignes"),
        ("out of the period", "avant la période"),
        ("lettrage without a date", "vont ensemble"),
        ("no label", "vide|« label »"),
    ],
)
def test_a_rule_broken_before_hashing_is_found(tmp_path: Path, change: str, what: str):
    for answer in verify_all(tmp_path, spoilt(change)):
        assert answer.code == 1
        assert re.search(what, said(answer))


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        (b"\t2,40\t", b"\t2.40\t", "Debit"),
        (b"\t2,40\t", b"\t02,40\t", "Debit"),
        (b"20261230", b"20261232", "date AAAAMMJJ"),
        (b"20261230", b"30/12/26", "date AAAAMMJJ"),
        (b"JournalLib", b"JournalLIB", "18 de l"),
        (b"\tPAY-0001\t", b"\t\t", "PieceRef est vide"),
        (b"\tPAY-0001\t", b"\t=PAY-0001\t", "non protégé"),
        (b"\t5115\t", b"\t", "17 champs"),
        (b"\t2,40\t", b"\t2,41\t", "équilibre"),
    ],
)
def test_a_fec_alone_is_checked_for_its_form(tmp_path: Path, old: bytes, new: bytes, what: str):
    content = fec(chained([payment("CBL", "2026-12-30", "PAY-0001", 240)]))
    assert verify(wrote(tmp_path, FEC_NAME, content)).code == 0
    assert old in content

    answer = verify("--json", wrote(tmp_path, FEC_NAME, content.replace(old, new, 1)))

    assert answer.code == 1
    assert what in said(answer)


def test_the_name_of_a_fec_counts(tmp_path: Path):
    content = fec(of_year(a_year_and_a_bit(), YEAR))

    for name in ("FEC.txt", "999123456FEC20261332.txt", "999123456FEC20261229.txt"):
        assert verify(wrote(tmp_path, name, content)).code == 1


def test_a_fec_and_the_seals_of_another_one_do_not_fit(tmp_path: Path):
    entries = of_year(a_year_and_a_bit(), YEAR)
    path, _sealed = write_fec(tmp_path, entries)
    fewer = [entry for entry in entries if entry.journal != "BQ"]
    other = wrote(tmp_path, "o.csv", seals(fewer, path.read_bytes(), period=PERIOD))
    path_of_fewer = fec(fewer)

    without = said(verify("--json", path, "--seals", other))
    sealed = wrote(tmp_path, "p.csv", seals(entries, path_of_fewer, period=PERIOD))
    path.write_bytes(path_of_fewer)
    missing = said(verify("--json", path, "--seals", sealed))

    assert "cette écriture n’a pas de scellé à sa place" in without
    assert "écriture scellée absente du FEC" in missing


def test_the_first_hundred_breaches_are_told_and_the_others_counted(tmp_path: Path):
    entries = chained([payment("CBL", "2026-12-30", f"P{n}", 100) for n in range(150)])
    for entry in entries:
        entry.piece = "Q"

    answer = verify(wrote(tmp_path, "a.jsonl", jsonl(entries)))

    assert answer.text.count("ANOMALIE ligne") == 100
    assert "… et 50 autres." in answer.text
    assert "150 anomalie(s)" in answer.text
