"""Small valid exports, written from docs/journal-format.md alone: nothing of the verifier is used.

An ``Entry`` is what a fund booked; ``chained`` gives it its numbers and hashes; ``jsonl``,
``csv_file``, ``fec`` and ``seals`` write the files. Tests spoil the entries, or the bytes.
"""

import copy
import hashlib
import json
from dataclasses import dataclass, field, replace

CAISSE, SIREN, LABEL = "999", "999123456", "CAF d’Exemple"
AS_OF, ZEROS = "2027-02-01T05:00:00Z", "0" * 64
JOURNAL_LABELS = {"BQ": "Banque", "CBL": "Carte bancaire en ligne", "OD": "Opérations ; diverses"}
FEC_HEADER = (
    "JournalCode|JournalLib|EcritureNum|EcritureDate|CompteNum|CompteLib|CompAuxNum|CompAuxLib|"
    "PieceRef|PieceDate|EcritureLib|Debit|Credit|EcritureLet|DateLet|ValidDate|Montantdevise|Idevise"
).replace("|", "\t")
CSV_HEADER = (
    "Caisse;Journal;JournalLib;Exercice;Numero;DateComptable;DateOrigine;DateValidation;Tardive;"
    "Piece;Libelle;Evenement;Annule;Identifiant;Position;Compte;CompteLib;Auxiliaire;LigneLib;"
    "Debit;Credit;Lettrage;DateLettrage;EmpreintePrecedente;Empreinte"
)
SEALS_HEADER = "Caisse;Journal;Exercice;Numero;Libelle;EmpreintePrecedente;Empreinte"


@dataclass
class Line:
    """One line; amounts in cents."""

    compte: str
    label: str
    debit: int = 0
    credit: int = 0
    auxiliaire: str = ""
    compte_label: str = "Un compte"
    lettrage: str = ""
    lettered_on: str | None = None


@dataclass
class Entry:
    """One écriture. Days are ``YYYY-MM-DD``; number and hashes come with ``chained``."""

    journal: str
    accounting_on: str
    piece: str
    lines: list[Line]
    origin_on: str = ""
    validated_on: str = ""
    label: str = ""
    event: str = "CARD_PAYMENT"
    reverses: str | None = None
    id: str = ""
    number: int = 0
    previous_hash: str = ""
    hash: str = ""
    positions: list[int] = field(default_factory=list)

    @property
    def exercice(self) -> int:
        """The year of the accounting date."""
        return int(self.accounting_on[:4])


def payment(journal: str, day: str, piece: str, cents: int, **changes: object) -> Entry:
    """A card payment: the platform owes, the debt shrinks."""
    label = f"Paiement par carte {piece}"
    lines = [
        Line("5115", label, debit=cents, compte_label="Cartes bancaires à encaisser"),
        Line("409230", "Créance 0000001-INK-001", credit=cents, auxiliaire="0000001-INK-001"),
    ]
    return replace(Entry(journal, day, piece, lines, label=label), **changes)


def a_year_and_a_bit() -> list[Entry]:
    """Three journals over the end of a year: a late écriture, a remittance net of its fee, a
    reversal, lettrage, and texts that formats must protect.
    """
    remittance = [
        Line("512", "Remise 0001", debit=23_935, lettrage="AB", lettered_on="2026-12-30"),
        Line("627", "Commission d'une remise", debit=65),
        Line("5115", '=Remise ; dite « "une" »', credit=24_000),
    ]
    return chained(
        [
            Entry("BQ", "2026-12-30", "REM-0001", remittance, label="@Remise 0001"),
            payment("CBL", "2026-12-28", "PAY-0001", 24_000),
            payment("CBL", "2026-12-31", "PAY-0002", 5, origin_on="2026-12-29"),
            payment("CBL", "2027-01-01", "PAY-0003", 123_456_789),
            payment("CBL", "2027-01-02", "'-PAY\\0004", 1_050),
            payment("OD", "2026-12-31", "OD-0001", 700, event="REVERSAL", reverses=uuid_of(99)),
        ]
    )


def uuid_of(n: int) -> str:
    """The n-th identifier."""
    return f"00000000-0000-4000-8000-{n:012d}"


def chained(
    entries: list[Entry], *, previous: dict[str, tuple[int, str]] | None = None
) -> list[Entry]:
    """The same with identifiers, defaults, numbers and hashes, after what is ``previous`` in each
    journal (last number of the exercice, last hash).
    """
    made, last, hashes = [], {}, {}
    for code, (number, digest) in (previous or {}).items():
        year = next((e.exercice for e in entries if e.journal == code), 0)
        last[code, year], hashes[code] = number, digest
    for n, entry in enumerate(copy.deepcopy(entries), start=1):
        entry.id = entry.id or uuid_of(n)
        entry.label = entry.label or entry.lines[0].label
        entry.origin_on = entry.origin_on or entry.accounting_on
        entry.validated_on = entry.validated_on or entry.accounting_on
        place = (entry.journal, entry.exercice)
        last[place] = entry.number = last.get(place, 0) + 1
        entry.positions = list(range(1, len(entry.lines) + 1))
        entry.previous_hash = hashes.get(entry.journal, ZEROS)
        hashes[entry.journal] = entry.hash = digest_of(entry)
        made.append(entry)
    return made


def digest_of(entry: Entry) -> str:
    """The SHA-256 of the canonical form."""
    head = (
        entry.previous_hash, CAISSE, entry.journal, entry.exercice, entry.number,
        compact(entry.accounting_on), entry.piece, compact(entry.origin_on), entry.label,
        compact(entry.validated_on),
    )  # fmt: skip
    rows = [head] + [
        (position, line.compte, line.auxiliaire, line.label, line.debit, line.credit)
        for position, line in zip(entry.positions, entry.lines, strict=True)
    ]
    text = "".join("\t".join(map(str, row)) + "\n" for row in rows)
    return hashlib.sha256(text.encode()).hexdigest()


def compact(day: str | None) -> str:
    """``2026-12-31`` as ``20261231``."""
    return (day or "").replace("-", "")


def states(entries: list[Entry]) -> list[tuple[str, int, str, int, str]]:
    """Code, number and hash before, number and hash after, for each journal; CHQ is empty."""
    found = [("CHQ", 3, "c" * 64, 3, "c" * 64)]
    for code in sorted({entry.journal for entry in entries}):
        own = [entry for entry in entries if entry.journal == code]
        first, last = own[0], own[-1]
        found.append((code, first.number - 1, first.previous_hash, last.number, last.hash))
    return sorted(found)


def totals(entries: list[Entry]) -> tuple[int, int, int, int]:
    """Écritures, lines, cents at the debit, cents at the credit."""
    lines = [line for entry in entries for line in entry.lines]
    return (
        len(entries),
        len(lines),
        sum(line.debit for line in lines),
        sum(line.credit for line in lines),
    )


# --- JSON Lines


def jsonl(entries: list[Entry], *, period: tuple[str, str] = ("2026-12-01", "2027-01-31")) -> bytes:
    """The file in JSON Lines."""
    body = b"".join([header_of(entries, period), *map(json_of, entries)])
    return body + footer_of(entries, body)


def header_of(entries: list[Entry], period: tuple[str, str]) -> bytes:
    """The first line."""
    journals = [
        {"code": code, "label": label_of(code), "previous_hash": digest, "previous_number": number}
        for code, number, digest, _last, _last_hash in states(entries)
    ]
    return dumped(
        {"format": "caf-journal", "version": 1, "caisse": CAISSE, "siren": SIREN,
         "caisse_label": LABEL, "from_on": period[0], "to_on": period[1], "as_of": AS_OF,
         "journals": journals}
    )  # fmt: skip


def json_of(entry: Entry) -> bytes:
    """The line of one écriture."""
    lines = [
        {"position": position, "compte": line.compte, "compte_label": line.compte_label,
         "auxiliaire": line.auxiliaire, "label": line.label, "debit_cents": line.debit,
         "credit_cents": line.credit, "let": line.lettrage, "let_on": line.lettered_on}
        for position, line in zip(entry.positions, entry.lines, strict=True)
    ]  # fmt: skip
    return dumped(
        {"journal": entry.journal, "exercice": entry.exercice, "number": entry.number,
         "accounting_on": entry.accounting_on, "origin_on": entry.origin_on,
         "validated_on": entry.validated_on, "piece": entry.piece, "label": entry.label,
         "event": entry.event, "late": entry.origin_on < entry.accounting_on,
         "reverses": entry.reverses, "id": entry.id, "lines": lines,
         "previous_hash": entry.previous_hash, "hash": entry.hash}
    )  # fmt: skip


def footer_of(entries: list[Entry], body: bytes) -> bytes:
    """The last line."""
    ecritures, lines, debit, credit = totals(entries)
    journals = [
        {"code": code, "last_number": number, "last_hash": digest}
        for code, _before, _before_hash, number, digest in states(entries)
    ]
    return dumped(
        {"end": True, "ecritures": ecritures, "lines": lines, "debit_cents": debit,
         "credit_cents": credit, "journals": journals, "sha256": hashlib.sha256(body).hexdigest()}
    )  # fmt: skip


def dumped(value: object) -> bytes:
    """One line of JSON."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


# --- CSV


def csv_file(
    entries: list[Entry], *, period: tuple[str, str] = ("2026-12-01", "2027-01-31")
) -> bytes:
    """The file in CSV."""
    rows = [CSV_HEADER] + [row for entry in entries for row in csv_rows(entry)]
    rows.append(row_of("EXPORT", 1, CAISSE, SIREN, cell(LABEL), *period, AS_OF))
    return finished(rows, entries)


def csv_rows(entry: Entry) -> list[str]:
    """The lines of one écriture."""
    late = "oui" if entry.origin_on < entry.accounting_on else "non"
    return [
        row_of(
            CAISSE, cell(entry.journal), cell(label_of(entry.journal)), entry.exercice,
            entry.number, entry.accounting_on, entry.origin_on, entry.validated_on, late,
            cell(entry.piece), cell(entry.label), entry.event, entry.reverses or "", entry.id,
            position, line.compte, cell(line.compte_label), cell(line.auxiliaire),
            cell(line.label), euros(line.debit), euros(line.credit), cell(line.lettrage),
            line.lettered_on or "", entry.previous_hash, entry.hash,
        )
        for position, line in zip(entry.positions, entry.lines, strict=True)
    ]  # fmt: skip


def finished(rows: list[str], entries: list[Entry]) -> bytes:
    """These rows, the JOURNAL ones and FIN."""
    rows = rows + [
        row_of("JOURNAL", cell(code), cell(label_of(code)), *state)
        for code, *state in states(entries)
    ]
    body = ("\n".join(rows) + "\n").encode()
    ecritures, lines, debit, credit = totals(entries)
    digest = hashlib.sha256(body).hexdigest()
    return (
        body
        + (row_of("FIN", ecritures, lines, euros(debit), euros(credit), digest) + "\n").encode()
    )


def row_of(*cells: object) -> str:
    """Cells, quoted where they must be."""
    return ";".join(
        '"' + text.replace('"', '""') + '"' if ";" in text or '"' in text else text
        for text in map(str, cells)
    )


def cell(text: str) -> str:
    """A text that no spreadsheet computes."""
    return f"'{text}" if text.lstrip("'")[:1] in tuple("=+-@") else text


def euros(cents: int) -> str:
    """``240,00``."""
    return f"{cents // 100},{cents % 100:02d}"


def label_of(journal: str) -> str:
    """The label of a journal."""
    return JOURNAL_LABELS.get(journal, "Un journal")


# --- FEC


def of_year(entries: list[Entry], year: int) -> list[Entry]:
    """Those of one exercice in the order of validation."""
    own = [entry for entry in entries if entry.exercice == year]
    return sorted(own, key=lambda e: (e.validated_on, e.journal, e.exercice, e.number))


def opening(year: int, balances: dict[str, int]) -> list[str]:
    """The lines of the opening balances (cents, debit positive)."""
    day = f"{year}0101"
    return [
        "\t".join(
            ["AN", "À-nouveaux", "1", day, compte, "Un compte", "", "", f"AN{year}", day,
             "Solde à l’ouverture", euros(max(cents, 0)), euros(max(-cents, 0)), "", "", day,
             "", ""]
        )
        for compte, cents in balances.items()
    ]  # fmt: skip


def fec(entries: list[Entry], *, an: list[str] | None = None, charset: str = "utf-8") -> bytes:
    """The FEC; ``an`` is what ``opening`` gives."""
    rows = [FEC_HEADER, *(an or [])] + [row for entry in entries for row in fec_rows(entry)]
    text = "\n".join(rows) + "\n"
    if charset == "utf-8":
        return text.encode()
    return text.replace("\\", "\\x5c").encode(charset, "backslashreplace")


def fec_rows(entry: Entry) -> list[str]:
    """The lines of one écriture."""
    return [
        "\t".join(
            [cell(entry.journal), cell(label_of(entry.journal)), str(entry.number),
             compact(entry.accounting_on), line.compte, cell(line.compte_label),
             cell(line.auxiliaire), "", cell(entry.piece), compact(entry.origin_on),
             cell(line.label), euros(line.debit), euros(line.credit), cell(line.lettrage),
             compact(line.lettered_on), compact(entry.validated_on), "", ""]
        )
        for line in entry.lines
    ]  # fmt: skip


def seals(
    entries: list[Entry],
    content: bytes,
    *,
    period: tuple[str, str],
    charset: str = "utf-8",
) -> bytes:
    """The seals of a FEC of this content."""
    rows = [SEALS_HEADER] + [
        row_of(
            CAISSE, cell(e.journal), e.exercice, e.number, cell(e.label), e.previous_hash, e.hash
        )
        for e in entries
    ]
    digest = hashlib.sha256(content).hexdigest()
    rows.append(row_of("EXPORT", 1, CAISSE, SIREN, cell(LABEL), *period, AS_OF, charset, digest))
    return finished(rows, entries)
