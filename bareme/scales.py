"""The dated amounts of the scale, read from ``data/scales.toml``; an unknown year refuses."""

import tomllib
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Any

from bareme.errors import BaremeError

_DATA = "data/scales.toml"
_OPTIONAL = {"year", "deemed_quotient", "last_from_deduced"}
_KEYS = {"territory", "flat", "slices", "source", "source_kind"} | _OPTIONAL


class Territory(StrEnum):
    """Where the debtor's fund is: Mayotte has amounts of its own."""

    METROPOLE_DOM = "metropole-dom"
    MAYOTTE = "mayotte"

    @classmethod
    def of_departement(cls, code: str) -> "Territory":
        """The territory of a département given by its number (``"75"``, ``"2A"``, ``"976"``)."""
        return cls.MAYOTTE if code == "976" else cls.METROPOLE_DOM


class SourceKind(StrEnum):
    """How much a row is worth: read in the official text, or in a page that reports it."""

    LAW = "law"
    PRESS = "press"


class ScaleMalformed(BaremeError):
    """A row contradicts itself: overlapping slices, falling rates, a year given twice."""


class ScaleUnknown(BaremeError):
    """No amounts are known for this year and territory, and none is ever guessed."""

    def __init__(self, year: int, territory: Territory, known_years: tuple[int, ...]) -> None:
        """Keep what was asked and what exists, for a page to say it."""
        self.year = year
        self.territory = territory
        self.known_years = known_years
        known = ", ".join(str(known) for known in known_years)
        super().__init__(
            f"the amounts of D. 553-1 for {year} ({territory}) are missing; known years: {known}."
            f" Add a [[scale]] row to bareme/{_DATA} with the flat amount, the first and last euro"
            " and the rate of each slice, the deemed quotient and the arrêté they were read in"
        )


class DeemedQuotientUnknown(BaremeError):
    """The income is unknown, and so is the quotient that the row deems it to be."""

    def __init__(self, scale: "Scale") -> None:
        """Keep the row that lacks it."""
        self.scale = scale
        super().__init__(
            "the quotient deemed when the income is unknown is missing for"
            f" {scale.year or 'the code'} ({scale.territory}): add deemed_quotient to its row in"
            f" bareme/{_DATA} with its source, or give the income"
        )


@dataclass(frozen=True, slots=True)
class Slice:
    """From its first to its last euro, both in cents as printed; the last slice has no end."""

    start_cents: int
    last_cents: int | None
    percent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """The amounts of one year and territory. ``year`` is None for the code's own text."""

    year: int | None
    territory: Territory
    flat_cents: int
    slices: tuple[Slice, ...]
    deemed_quotient_cents: int | None
    source: str
    source_kind: SourceKind
    last_start_deduced: bool = False

    def __post_init__(self) -> None:
        """Refuse amounts that cannot be a scale; raises ``ScaleMalformed``."""
        problem = _problem_of(self)
        if problem:
            raise ScaleMalformed(f"{self.year or 'the code'} ({self.territory}): {problem}")


def known_scales() -> tuple[Scale, ...]:
    """Every row shipped, the code's own text first, then by year and territory."""
    return _load()


def scale_of_year(year: int, *, territory: Territory = Territory.METROPOLE_DOM) -> Scale:
    """The amounts in force from 1 January of a year, or ``ScaleUnknown``: no other year serves."""
    for scale in known_scales():
        if scale.year == year and scale.territory is territory:
            return scale
    raise ScaleUnknown(year, territory, _years_of(territory))


def scale_on(on: date, *, territory: Territory = Territory.METROPOLE_DOM) -> Scale:
    """The amounts in force on a Paris date: they change each 1 January. Raises ``ScaleUnknown``."""
    return scale_of_year(on.year, territory=territory)


def base_scale() -> Scale:
    """The code's own amounts, before any revaluation: the rule's form, in force in no year."""
    return next(scale for scale in known_scales() if scale.year is None)


def _years_of(territory: Territory) -> tuple[int, ...]:
    return tuple(s.year for s in known_scales() if s.territory is territory and s.year is not None)


@cache
def _load() -> tuple[Scale, ...]:
    return parse_scales(files("bareme").joinpath(_DATA).read_text(encoding="utf-8"))


def parse_scales(text: str) -> tuple[Scale, ...]:
    """The rows of a TOML text in the form of ``data/scales.toml``; raises ``ScaleMalformed``."""
    try:
        scales = [_scale(row) for row in tomllib.loads(text)["scale"]]
    except ScaleMalformed:
        raise
    except (ValueError, KeyError, TypeError) as error:
        raise ScaleMalformed(f"the file is not a list of rows: {error!r}") from error
    keys = [(scale.year or 0, scale.territory) for scale in scales]
    if len(set(keys)) != len(keys):
        raise ScaleMalformed("two rows for the same year and territory")
    return tuple(sorted(scales, key=lambda scale: (scale.year or 0, scale.territory)))


def _scale(row: dict[str, Any]) -> Scale:
    unknown = set(row) - _KEYS
    if unknown:
        raise ScaleMalformed(f"nothing is called {', '.join(sorted(unknown))} in a row")
    deemed, year = row.get("deemed_quotient"), row.get("year")
    if year is not None and type(year) is not int:
        raise ScaleMalformed(f"{year!r} is not a year")
    return Scale(
        year=year,
        territory=Territory(row["territory"]),
        flat_cents=_cents(row["flat"]),
        slices=tuple(_slice(part) for part in row["slices"]),
        deemed_quotient_cents=None if deemed is None else _cents(deemed),
        source=row["source"],
        source_kind=SourceKind(row["source_kind"]),
        last_start_deduced=row.get("last_from_deduced", False),
    )


def _slice(part: dict[str, int]) -> Slice:
    last = part.get("to")
    return Slice(_cents(part["from"]), None if last is None else _cents(last), part["percent"])


def _cents(euros: int) -> int:
    if type(euros) is not int:
        raise ScaleMalformed(f"{euros!r} is not a whole number of euros")
    return euros * 100


def _problem_of(scale: Scale) -> str:
    """Why these amounts cannot be a scale, or nothing."""
    slices = scale.slices
    if len(slices) < 2 or not scale.source.strip():
        return "a row has two slices or more, and a source"
    if not 0 < scale.flat_cents < slices[0].start_cents:
        return "the flat amount is above zero and below the first slice"
    if slices[-1].last_cents is not None or any(s.last_cents is None for s in slices[:-1]):
        return "the last slice, and it alone, has no end"
    if any(s.last_cents is not None and s.last_cents <= s.start_cents for s in slices):
        return "a slice ends after it starts"
    pairs = list(pairwise(slices))
    if any(after.start_cents - (before.last_cents or 0) != 100 for before, after in pairs):
        return "a slice starts on the euro that follows the end of the one before"
    if any(not 0 < s.percent < 100 for s in slices) or any(
        a.percent >= b.percent for a, b in pairs
    ):
        return "rates rise from slice to slice, between 0 and 100"
    if (
        scale.deemed_quotient_cents is not None
        and scale.deemed_quotient_cents <= slices[-1].start_cents
    ):
        return "the deemed quotient lies in the last slice"
    return ""
