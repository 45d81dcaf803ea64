"""Households of the tests: one to change a figure of, and any."""

from dataclasses import replace
from datetime import date
from typing import Any

from hypothesis import strategies as st

from bareme import Fraud, Household, Situation, known_scales

ORDINARY = Situation(
    on=date(2025, 6, 1),
    household=Household.SINGLE,
    children=0,
    resources_cents=100_000,
    benefits_cents=0,
    housing_cents=35_000,
)
#: The rows that belong to a year: those that a situation finds by its date.
DATED = [scale for scale in known_scales() if scale.year is not None]
ANY_AMOUNT = st.integers(0, 1_000_000)


def household(**changes: Any) -> Situation:
    """A single person with 1,000 € and a rent of 350 €, in 2025, changed as asked."""
    return replace(ORDINARY, **changes)


@st.composite
def any_situation(draw: st.DrawFn) -> Situation:
    """Any household whose income is known, in any year and territory with amounts."""
    scale = draw(st.sampled_from(DATED))
    return Situation(
        on=date(scale.year or 0, draw(st.integers(1, 12)), 1),
        territory=scale.territory,
        household=draw(st.sampled_from(Household)),
        children=draw(st.integers(0, 20)),
        resources_cents=draw(ANY_AMOUNT),
        benefits_cents=draw(ANY_AMOUNT),
        housing_cents=draw(st.none() | ANY_AMOUNT),
        fraud=draw(st.sampled_from(Fraud)),
    )
