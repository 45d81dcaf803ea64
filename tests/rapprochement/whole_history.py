"""The figures of proofs and pictures, computed again by reading everything.

``whole_sql/`` holds the plain statements: every line and every operation since the beginning, no
total. What the portal says faster must be the same, to the cent.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from rapprochement.pictures import figures
from rapprochement.pictures.figures import GROUPS, Money, Place
from rapprochement.pictures.periods import TRUNC, Span, Step
from rapprochement.services import proving
from rapprochement.services.findings import Day

_FOLDER = Path(__file__).parent / "whole_sql"


def plain_figures(day: Day) -> tuple[dict[str, int], int]:
    """The six figures of a proof, and what moved 511x otherwise, in the caller's scope."""
    (row,) = _rows("proof_figures", day.params)
    *said, odd_cents = map(int, row)
    return dict(zip(proving._FIGURES, said, strict=True)), odd_cents


def plain_money(
    *, caisse_ids: Sequence[int], step: Step, spans: Sequence[Span]
) -> dict[Place, Money]:
    """The money of a picture, from the lines themselves; spans without any are left out."""
    between = {"first_on": spans[0].first_on, "last_on": spans[-1].last_on}
    params = {"caisse_ids": list(caisse_ids), "step": TRUNC[step], **between, **GROUPS}
    return {(fund, on): Money(*values) for fund, on, *values in _rows("pictures_money", params)}


@contextmanager
def everything_computed_twice(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[date]]:
    """Each proof and each picture until the end is compared with the plain computation; gives the
    days that were proved, for the test to know that there were any."""
    days: list[date] = []
    fast_figures, fast_money = proving._figures, figures.money_by_fund

    def both_figures(day: Day) -> tuple[dict[str, int], int]:
        found = fast_figures(day)
        whole = plain_figures(day)
        assert found == whole, f"{day.on}: {found} in totals, {whole} in the lines"
        days.append(day.on)
        return found

    def both_money(**asked: Any) -> dict[Place, Money]:
        found = fast_money(**asked)
        whole = plain_money(**asked)
        assert found == whole, f"{found} in totals, {whole} in the lines"
        return found

    with monkeypatch.context() as patch:
        patch.setattr(proving, "_figures", both_figures)
        patch.setattr(figures, "money_by_fund", both_money)
        yield days


def _rows(name: str, params: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute((_FOLDER / f"{name}.sql").read_text(encoding="utf-8"), params)
        return cursor.fetchall()
