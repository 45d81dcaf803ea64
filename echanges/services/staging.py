"""Brings the records of a file into temporary tables by COPY, in constant memory.

Each kind of lines has its table, typed; what is wrong goes to ``lot_rejet`` and not there. The
tables live in the session of the load and end with its transaction.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager

from django.db import connection

from allocataires.nomenclature import sens_of
from allocataires.transitions import allowed_pairs
from echanges.lines.checking import Checker, Count
from echanges.lines.problems import Problem, sentence_of
from echanges.lines.records import Record
from echanges.lines.schema import Kind

#: Rows sent by one COPY.
BATCH = 4_000
#: How many of the first problems are said when a whole file is refused.
SAID = 5
#: How many problems of one line are kept: who corrects it sees the others the next time.
MOST_PROBLEMS = 20

_DEBT = {"numero": "text", "nature": "text", "rang": "text"}
_TABLES: dict[str, dict[str, str]] = {
    Kind.PERSONNE: {
        "numero": "text",
        "nom": "text",
        "prenom": "text",
        "naissance": "date",
        "email": "text",
        "langue": "text",
    },
    Kind.CREANCE: {
        **_DEBT,
        "motif": "text",
        "origine": "text",
        "responsable": "text",
        "fraude": "boolean",
        "evenement": "date",
        "periode_debut": "date",
        "periode_fin": "date",
        "enregistree": "date",
        "notifiee": "date",
        "montant_centimes": "bigint",
        "mode": "text",
        "retenue_centimes": "bigint",
    },
    Kind.MOIS: {**_DEBT, "mois": "date", "verse_centimes": "bigint", "du_centimes": "bigint"},
    "evenement": {
        **_DEBT,
        "mouvement": "text",
        "sens": "text",
        "montant_centimes": "bigint",
        "etat": "text",
        "effet": "date",
        "jusqu_au": "date",
        "note": "text",
    },
}
_TABLE_OF = {kind.value: kind.value if kind in _TABLES else "evenement" for kind in Kind}
_REJECTS = {"line": "integer", "field": "text", "code": "text", "detail": "text"}
_PAIRS = {"from_state": "text", "to_state": "text"}


class Staged:
    """What was read: how much, and the first things that were wrong."""

    def __init__(self) -> None:
        self.count = Count()
        self.first_problems: list[str] = []

    def remember(self, record: Record, problems: list[Problem]) -> None:
        """Keep the first problems, to say them if the whole file is refused."""
        if len(self.first_problems) < SAID:
            one = problems[0]
            where = f"{record.line}, {one.field}" if one.field else str(record.line)
            self.first_problems.append(f"ligne {where} : {sentence_of(one.code, one.detail)}")


@contextmanager
def staging_tables() -> Iterator[None]:
    """Within the block there are empty temporary tables; the caller is in a transaction."""
    with connection.cursor() as cursor:
        for name, columns in _TABLES.items():
            listed = ", ".join(f"{column} {kind}" for column, kind in columns.items())
            cursor.execute(
                f"CREATE TEMPORARY TABLE lot_{name} (line integer, id text, rejet_ligne integer, "
                f"{listed}) ON COMMIT DROP"
            )
        for name, columns in (("rejet", _REJECTS), ("passage", _PAIRS)):
            listed = ", ".join(f"{column} {kind}" for column, kind in columns.items())
            cursor.execute(f"CREATE TEMPORARY TABLE lot_{name} ({listed}) ON COMMIT DROP")
    yield
    with connection.cursor() as cursor:
        for name in (*_TABLES, "rejet", "passage"):
            cursor.execute(f"DROP TABLE lot_{name}")


def stage(records: Iterable[Record]) -> Staged:
    """Check each record and send it to its table. Raises ``FileRefused`` as the records do."""
    staged, checker, sender = Staged(), Checker(), _Sender()
    for record in records:
        staged.count.add(record)
        problems = checker.check(record) if record.kind else record.problems
        if problems:
            staged.remember(record, problems)
            first = reversed(problems[:MOST_PROBLEMS])
            for problem in {each.field: each for each in first}.values():
                reject = (str(record.line), problem.field, problem.code, problem.detail)
                sender.add("rejet", "\t".join(map(_escaped, reject)))
        else:
            sender.add(_TABLE_OF[record.kind], _ROWS[record.kind](record))
    for pair in allowed_pairs():
        sender.add("passage", "\t".join(pair))
    sender.finish()
    return staged


class _Sender:
    """Gathers rows by table and sends them a batch at a time."""

    def __init__(self) -> None:
        self._rows: dict[str, list[str]] = {name: [] for name in (*_TABLES, "rejet", "passage")}

    def add(self, table: str, row: str) -> None:
        """One row, in the text format of COPY."""
        rows = self._rows[table]
        rows.append(row)
        if len(rows) >= BATCH:
            self._send(table)

    def finish(self) -> None:
        """Send what is left, and tell the planner how much there is."""
        with connection.cursor() as cursor:
            for table in self._rows:
                self._send(table)
                cursor.execute(f"ANALYZE lot_{table}")

    def _send(self, table: str) -> None:
        rows = self._rows[table]
        if rows:
            with (
                connection.cursor() as cursor,
                cursor.copy(f"COPY lot_{table} FROM STDIN") as copy,
            ):
                copy.write("\n".join(rows) + "\n")
            rows.clear()


def _escaped(text: str) -> str:
    """A text in COPY's format; no control character is left in it but in a rejected one."""
    return (
        text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")
        .replace("\x00", "\ufffd")
    )  # fmt: skip


def _row_maker(columns: Mapping[str, str]) -> Callable[[Record], str]:
    """Puts the values of a record in the order of its table; ``\\N`` where there is no value."""
    absent = [(name, "" if kind == "text" else "\\N") for name, kind in columns.items()]

    def row(record: Record) -> str:
        get = record.values.get
        values = [get(name, nothing) for name, nothing in absent]
        if "\\" in record.raw:
            # Written again, so that a text of these two signs is not taken for an absent value.
            values = [
                record.values[name].replace("\\", "\\\\") if name in record.values else nothing
                for name, nothing in absent
            ]
        return "\t".join([str(record.line), get("id", ""), get("rejet_ligne", "\\N"), *values])

    return row


_plain = {name: _row_maker(columns) for name, columns in _TABLES.items()}


def _month(record: Record) -> str:
    record.values["mois"] += "-01"
    return _plain[Kind.MOIS](record)


def _mouvement(record: Record) -> str:
    record.values["sens"] = sens_of(record.values["mouvement"])
    return _plain["evenement"](record)


_ROWS: dict[str, Callable[[Record], str]] = {
    Kind.PERSONNE: _plain[Kind.PERSONNE],
    Kind.CREANCE: _plain[Kind.CREANCE],
    Kind.MOIS: _month,
    Kind.MOUVEMENT: _mouvement,
    Kind.ETAT: _plain["evenement"],
}
