"""The funds side by side, the one that waits most for somebody first. Funds, never people."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from caisses.models import Caisse
from rapprochement.pictures.figures import Figures, whole_period


@dataclass(frozen=True, slots=True)
class FundLine:
    """One fund over the whole period."""

    caisse: Caisse
    figures: Figures


def ranked(funds: Sequence[Caisse], found: Mapping[int, Sequence[Figures]]) -> list[FundLine]:
    """By the age of the oldest open anomaly, then by what is to explain, then by code."""
    lines = [FundLine(fund, whole_period(found[fund.pk])) for fund in funds]
    return sorted(lines, key=_order)


def _order(line: FundLine) -> tuple[int, int, str]:
    age, proved = line.figures.age_days, line.figures.proved
    return (
        (-1 if age is None else age) * -1,
        -(proved.unexplained_cents if proved else 0),
        (line.caisse.code),
    )
