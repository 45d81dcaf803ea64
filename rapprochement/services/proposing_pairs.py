"""Which lines of the books could answer a line of the platform; an accountant chooses, or not."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from itertools import islice
from typing import Any, Final

from django.db import connection

from rapprochement.services.findings import Day, Finding
from rapprochement.statements import statement

#: What a proposal of this kind is called (``Residu.proposal``).
ACTION: Final = "APPARIER"
#: Lines of a day for which candidates are looked for, and candidates shown for each.
MOST_LINES, MOST_SHOWN = 200, 5
_SUBJECT = "plateforme "


def with_pairs(day: Day, findings: Sequence[Finding]) -> list[Finding]:
    """The findings, those of a line of the platform with the lines of the books that could answer
    it: ``{"action": "APPARIER", "reason": …, "score": …, "lignes": [{"id": …, "words": …}]}``."""
    alone = [each for each in findings if each.anomalie and each.subject.startswith(_SUBJECT)]
    if not alone:
        return list(findings)
    found = candidates(day.caisse_id, {each.since_on for each in alone})
    return [
        replace(each, proposal=_proposal(found[name]))
        if each in alone and (name := each.subject.removeprefix(_SUBJECT)) in found
        else each
        for each in findings
    ]


def candidates(caisse_id: int, days: Iterable[date]) -> dict[str, list[dict[str, Any]]]:
    """By name of a line of the platform of these days: the lines of the books that could answer
    it, the best first."""
    params: dict[str, Any] = {"caisse_id": caisse_id, "days": sorted(days), "most": MOST_LINES}
    with connection.cursor() as cursor:
        cursor.execute(statement("propose_pairs"), params)
        rows = cursor.fetchall()
    found: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for public_id, *row in rows:
        found[public_id.hex].append(
            dict(zip(("id", "piece", "on", "same_order", "same_day"), row, strict=True))
        )
    return dict(found)


def _proposal(rows: list[dict[str, Any]]) -> dict[str, Any]:
    score, reason = _score(rows)
    return {
        "action": ACTION,
        "reason": reason,
        "score": score,
        "lignes": [
            {"id": row["id"], "words": f"pièce {row['piece']} du {row['on']:%d/%m/%Y}"}
            for row in islice(rows, MOST_SHOWN)
        ],
    }


def _score(rows: list[dict[str, Any]]) -> tuple[int, str]:
    if len(rows) > 1:
        of_the_order = all(row["same_order"] for row in rows)
        words = "de cette commande et de ce montant" if of_the_order else "de ce montant"
        return (50 if of_the_order else 40), f"{len(rows)} écritures {words} : choisissez"
    if rows[0]["same_order"]:
        return 85, "la seule écriture de cette commande et de ce montant"
    if rows[0]["same_day"]:
        return 70, "la seule écriture de ce montant, le même jour"
    return 55, "la seule écriture de ce montant à quelques jours près"
