"""Matches the lines of the gateway's files with the lines of the books that say the same.

Set-based: each rule is one statement over all that is not matched yet. None of them guesses: two
candidates make none.
"""

from datetime import datetime

from django.db import connection

from caf_portal.database.scope import caisse_scope
from rapprochement.statements import statement, take_time

#: Rules and the kind of file that each reads, in order: what an identifier says comes first.
_STEPS = (
    ("match_receipts", "JT"),
    ("match_credits", "JT"),
    ("match_references", "JT"),
    ("match_numbers", "JT"),
    ("match_receipts", "JO"),
    ("match_operations", "JO"),
    ("match_undone", "JO"),
    ("match_chargebacks", "JRI"),
    ("match_receipts", "JRB"),
    ("match_credits", "JRB"),
    ("match_remitted", "JRB"),
    ("match_references", "JRB"),
)


def match_gateway(*, caisse_id: int, now: datetime) -> int:
    """Match what can be matched with certainty; returns how many pairs were made.

    Runs in a transaction of its own or in the caller's. Running it again matches what came since.
    A ledger line answers one line of each kind of file (``inv21_ledger_line_matched_once``).
    """
    made = 0
    with caisse_scope(caisse_id), connection.cursor() as cursor:
        take_time()
        for name, kind in _STEPS:
            cursor.execute(statement(name), {"caisse_id": caisse_id, "kind": kind, "now": now})
            made += cursor.rowcount
    return made
