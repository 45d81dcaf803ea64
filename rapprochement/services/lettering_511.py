"""Letters the lines of 511x that are over: what the platform took, and what the bank brought."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from caf_portal.database.scope import caisse_scope
from caf_portal.paris import paris_date
from comptabilite.models import Lettrage
from rapprochement.statements import statement, take_time

_ADD_LINES = """
INSERT INTO comptabilite_lignelettree (caisse_id, lettrage_id, ligne_id, live)
SELECT %s, %s, x, true FROM unnest(%s::bigint[]) AS x
"""


def letter_covered(*, caisse_id: int, now: datetime) -> int:
    """Letter the remittances that the bank brought whole and of which each line is in the books,
    with the bank's own line, and the payments that were cancelled before any remittance.

    Returns how many lettrages were made. Remittances that one bank line brought together are
    lettered together. What lacks anything is left for the next time.
    """
    made = 0
    with caisse_scope(caisse_id):
        take_time()
        for imputations, remises in _groups_ready(caisse_id):
            made += _letter_group(caisse_id, imputations, remises, now=now)
        for lines, compte_id in _rows("letter_cancelled", {"caisse_id": caisse_id}):
            letter_lines(
                caisse_id=caisse_id,
                compte_id=compte_id,
                ligne_ids=lines,
                reason="Payé puis annulé avant remise",
                now=now,
            )
            made += 1
    return made


def letter_chargebacks(
    *,
    caisse_id: int,
    ligne_ids: Sequence[int],
    bank_ligne_id: int,
    compte_id: int,
    came_in: bool,
    now: datetime,
) -> None:
    """Letter chargebacks with the bank's line that took them, or that gave them back (``came_in``):
    the caller knows that they agree."""
    letter_lines(
        caisse_id=caisse_id,
        compte_id=compte_id,
        ligne_ids=[*ligne_ids, bank_ligne_id],
        reason="Impayé rendu en banque" if came_in else "Impayé repris en banque",
        now=now,
    )


def _groups_ready(caisse_id: int) -> list[tuple[list[int], list[int]]]:
    """Imputations and remittances that hang together, when all of them are ready."""
    by_imputation: defaultdict[int, set[int]] = defaultdict(set)
    by_remise: defaultdict[int, set[int]] = defaultdict(set)
    waiting: set[int] = set()
    for imputation, remise, ready in _rows("letter_ready", {"caisse_id": caisse_id}):
        by_imputation[imputation].add(remise)
        by_remise[remise].add(imputation)
        if not ready:
            waiting.add(remise)
    groups, seen = [], set[int]()
    for first in by_imputation:
        if first not in seen:
            imputations, remises = _together(first, by_imputation, by_remise)
            seen |= imputations
            if not remises & waiting:
                groups.append((sorted(imputations), sorted(remises)))
    return groups


def _together(
    first: int, by_imputation: dict[int, set[int]], by_remise: dict[int, set[int]]
) -> tuple[set[int], set[int]]:
    imputations, remises, todo = {first}, set[int](), [first]
    while todo:
        for remise in by_imputation[todo.pop()] - remises:
            remises.add(remise)
            todo += by_remise[remise] - imputations
            imputations |= by_remise[remise]
    return imputations, remises


def _letter_group(
    caisse_id: int, imputations: list[int], remises: list[int], *, now: datetime
) -> int:
    params = {"caisse_id": caisse_id, "imputations": imputations, "remises": remises}
    lines = _rows("letter_lines", params)
    comptes = {compte_id for _pk, compte_id, _cents in lines}
    if len(comptes) != 1 or sum(cents for _pk, _compte_id, cents in lines):
        return 0
    words = "Remise reçue en banque" if len(remises) == 1 else "Remises reçues en banque"
    letter_lines(
        caisse_id=caisse_id,
        compte_id=comptes.pop(),
        ligne_ids=[pk for pk, _compte, _cents in lines],
        reason=words,
        now=now,
    )
    return 1


def letter_lines(
    *, caisse_id: int, compte_id: int, ligne_ids: Iterable[int], reason: str, now: datetime
) -> None:
    """One lettrage, in the caller's transaction; its lines are added by one statement, and must
    balance (``inv18_lettrage_balanced``)."""
    lettrage = Lettrage.objects.create(
        caisse_id=caisse_id,
        compte_id=compte_id,
        rank=0,
        lettered_on=paris_date(now),
        lettered_at=now,
        reason=reason,
    )
    with connection.cursor() as cursor:
        cursor.execute(_ADD_LINES, [caisse_id, lettrage.pk, list(ligne_ids)])


def _rows(name: str, params: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement(name), params)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
