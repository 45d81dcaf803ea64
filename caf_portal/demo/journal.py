"""What a payment must have left in the database, read in SQL: the portal does not judge itself."""

import psycopg

_ECRITURES = """
    SELECT e.id, j.code, sum(l.debit_cents), sum(l.credit_cents), count(*),
           bool_and(e.caisse_id = p.caisse_id AND l.caisse_id = p.caisse_id
                    AND j.caisse_id = p.caisse_id)
      FROM payments_payment p
      JOIN comptabilite_ecriture e ON e.piece = p.reference AND e.caisse_id = p.caisse_id
      JOIN comptabilite_journal j ON j.id = e.journal_id
      JOIN comptabilite_ligne l ON l.ecriture_id = e.id
     WHERE p.public_id = %s
     GROUP BY e.id, j.code
"""


class JournalWrong(Exception):
    """The journal does not show the payment as it should; the message says how."""


def check_journal(database_url: str, *, payment_id: str, amount_cents: int) -> str:
    """One balanced écriture of that amount in a journal of the payment's fund; gives its code.

    Connects as the application and takes the national role, as row-level security demands.
    Raises ``JournalWrong``.
    """
    with psycopg.connect(database_url) as connection:
        connection.execute("SET LOCAL ROLE caf_national")
        rows = connection.execute(_ECRITURES, (payment_id,)).fetchall()
    if len(rows) != 1:
        message = f"{len(rows)} écritures for the payment {payment_id}, instead of one"
        raise JournalWrong(message)
    _, journal, debit, credit, lines, one_fund = rows[0]
    if not (debit == credit == amount_cents and lines >= 2 and one_fund):
        message = f"écriture of {debit}/{credit} cents in {lines} lines, expected {amount_cents}"
        raise JournalWrong(message)
    return str(journal)
