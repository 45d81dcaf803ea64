"""What the set-based merges share: their statements, and how many rows one of them touched."""

from dataclasses import dataclass

from django.db import connection

MANY = 10_000
#: Lines of the staging table ``s`` that nothing was found against so far.
RIGHT = "NOT EXISTS (SELECT FROM lot_rejet r WHERE r.line = s.line)"
#: The debt of a line: of this fund, found by the person's number, the nature and the rang.
DEBT_OF_LINE = (
    "LEFT JOIN allocataires_allocataire a ON a.caisse_id = {caisse} AND a.numero = s.numero "
    "LEFT JOIN allocataires_creance c ON c.caisse_id = {caisse} AND c.allocataire_id = a.id "
    "AND c.nature = s.nature AND c.rang = s.rang"
)


@dataclass(frozen=True, slots=True)
class Merge:
    """Runs the statements of a load for one fund."""

    caisse_id: int

    def run(self, statement: str) -> int:
        """Run one statement of the code's own, the fund's number in it; says how many rows."""
        with connection.cursor() as cursor:
            cursor.execute(statement.replace("{caisse}", str(self.caisse_id)))
            return int(cursor.rowcount)

    def one(self, statement: str) -> int:
        """The only number that a statement gives."""
        with connection.cursor() as cursor:
            cursor.execute(statement.replace("{caisse}", str(self.caisse_id)))
            return int(cursor.fetchone()[0])

    def expect(self, lines: int) -> None:
        """Keep the planner from looking rows up one by one when there are this many lines.

        It knows little of a table that the same transaction has just filled, and a plan made for
        ten lines takes hours over a million.
        """
        self.run(f"SET LOCAL enable_nestloop = {'off' if lines > MANY else 'on'}")

    def refuse_twice(self, table: str, key: str, field: str) -> None:
        """Reject the lines that speak of the same thing as an earlier one of the file."""
        self.run(
            "INSERT INTO lot_rejet (line, field, code, detail) "  # noqa: S608 - our own names
            f"SELECT s.line, '{field}', 'CLE_EN_DOUBLE', d.first::text FROM {table} s JOIN "
            f"(SELECT {key}, min(line) AS first FROM {table} GROUP BY {key} HAVING count(*) > 1) d "
            f"USING ({key}) WHERE s.line > d.first AND {RIGHT}"
        )


def refuse_repeated_ids(merge: Merge) -> None:
    """An identifier names one line of a file, whatever its kind: the later ones are rejected."""
    lines = " UNION ALL ".join(
        f"SELECT id, line FROM lot_{name}"  # noqa: S608 - our own names
        for name in ("personne", "creance", "mois", "evenement")
    )
    merge.run(
        f"WITH s AS NOT MATERIALIZED ({lines}), "  # noqa: S608 - our own names
        # Grouped by a small number first: two million identifiers need not fit in memory.
        "again AS (SELECT hashtext(id) AS h FROM s GROUP BY hashtext(id) HAVING count(*) > 1), "
        "twice AS (SELECT id, min(line) AS first FROM s "
        "          WHERE hashtext(id) IN (SELECT h FROM again) GROUP BY id HAVING count(*) > 1) "
        "INSERT INTO lot_rejet (line, field, code, detail) "
        "SELECT s.line, 'id', 'LIGNE_EN_DOUBLE', t.first::text FROM s JOIN twice t USING (id) "
        "WHERE s.line > t.first"
    )
