"""Bars on a grid, in whole units of an SVG of 400 by 230: geometry only, no colour and no markup.

The template ``chart.html`` writes it; what a bar looks like is said by classes of ``admin.css``,
so that no style travels in the page (``docs/adr``, 0021).
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from rapprochement.pictures.scale import round_step

WIDTH, HEIGHT = 400, 230
LEFT, RIGHT, TOP, BOTTOM = 56, 384, 14, 200
#: No more names under the bars than this, or they would touch.
NAMES = 6


@dataclass(frozen=True, slots=True)
class Series:
    """One kind of thing, a value a bar (``None``: not known); ``below`` hangs under the line."""

    look: str
    name: str
    values: list[int | None]
    below: bool = False


@dataclass(frozen=True, slots=True)
class Bar:
    """A rectangle, with the words that tell it and the value that it shows."""

    look: str
    x: int
    y: int
    width: int
    height: int
    words: str
    value: int


@dataclass(frozen=True, slots=True)
class Mark:
    """A word beside an axis, at ``at``."""

    at: int
    words: str


@dataclass(frozen=True, slots=True)
class Chart:
    """All that the template needs."""

    key: str
    title: str
    words: str
    legend: list[Series]
    bars: list[Bar] = field(default_factory=list)
    across: list[Mark] = field(default_factory=list)
    under: list[Mark] = field(default_factory=list)
    zero: int = BOTTOM
    #: Spans of which nothing is known: a dot on the line says so.
    unknown: list[int] = field(default_factory=list)


def draw(
    key: str,
    title: str,
    words: str,
    series: Sequence[Series],
    *,
    labels: Sequence[str],
    told: Callable[[int], str],
    tick: Callable[[int], str],
) -> Chart:
    """The chart of these series, stacked; ``told`` words a value, ``tick`` a mark of the axis."""
    high, low = _heights(series)
    step = round_step(max(high, low))
    ups = max(1, -(-high // step))
    downs = -(-low // step)
    scale = (BOTTOM - TOP) / (step * (ups + downs))
    zero = TOP + round(ups * step * scale)
    across = [
        Mark(zero - round(rank * step * scale), tick(rank * step))
        for rank in range(-downs, ups + 1)
    ]
    return Chart(
        key=key,
        title=title,
        words=words,
        legend=list(series),
        bars=list(_bars(series, labels, told, zero=zero, scale=scale)),
        across=across,
        under=list(_names(labels)),
        zero=zero,
        unknown=list(_unknown(series, len(labels))),
    )


def _heights(series: Sequence[Series]) -> tuple[int, int]:
    """The highest and the deepest of the stacks; a negative value goes to the other side."""
    high = low = 0
    for column in zip(*(one.values for one in series), strict=True):
        sides = [
            (one.below != (value < 0), abs(value))
            for one, value in zip(series, column, strict=True)
            if value
        ]
        high = max(high, sum(size for below, size in sides if not below))
        low = max(low, sum(size for below, size in sides if below))
    return high, low


def _place(rank: int, count: int) -> tuple[int, int]:
    """Left edge and width of a bar."""
    slot = (RIGHT - LEFT) / count
    width = max(2, round(slot * 0.7))
    return round(LEFT + rank * slot + (slot - width) / 2), width


def _bars(
    series: Sequence[Series],
    labels: Sequence[str],
    told: Callable[[int], str],
    *,
    zero: int,
    scale: float,
) -> Iterator[Bar]:
    """One rectangle a value that is not zero; the smallest is still seen."""
    for rank, label in enumerate(labels):
        x, width = _place(rank, len(labels))
        edges = {False: zero, True: zero}
        for one in series:
            value = one.values[rank]
            if not value:
                continue
            below = one.below != (value < 0)
            height = max(1, round(abs(value) * scale))
            y = edges[below] if below else edges[below] - height
            edges[below] += height if below else -height
            words = f"{label}, {one.name} : {told(value)}"
            yield Bar(one.look, x, y, width, height, words, value)


def _names(labels: Sequence[str]) -> Iterator[Mark]:
    """Names under some bars, the last one always among them."""
    every = -(-len(labels) // NAMES)
    for rank in range(len(labels) - 1, -1, -every):
        x, width = _place(rank, len(labels))
        yield Mark(x + width // 2, labels[rank])


def _unknown(series: Sequence[Series], count: int) -> Iterator[int]:
    for rank in range(count):
        if all(one.values[rank] is None for one in series):
            x, width = _place(rank, count)
            yield x + width // 2
