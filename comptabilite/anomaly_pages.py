"""Where an anomaly may be looked into and settled: pages that applications above this one bring."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.utils.functional import Promise

from comptabilite.models import Anomalie


@dataclass(frozen=True, slots=True)
class AnomalyPage:
    """An admin page: what it is called, its name without its site, and its key (``None``: a page
    of no row).

    ``filled`` is what its form is to start with, as the fields of an address. ``acts`` tells that
    something that settles the anomaly is done there; the others are evidence.
    """

    words: str | Promise
    name: str
    key: int | None
    filled: Mapping[str, str] = field(default_factory=dict)
    acts: bool = False


#: Asked at each display of one anomaly, in the scope of whoever looks.
PageFinder = Callable[[Anomalie], list[AnomalyPage]]
#: Asked once a list: the pages behind what écritures book (``Ecriture.source_id``), by source.
OriginFinder = Callable[[Collection[UUID]], Mapping[UUID, list[AnomalyPage]]]

_finders: list[PageFinder] = []
_origins: list[OriginFinder] = []


def add_finder(finder: PageFinder) -> None:
    """Have one more application asked; each is asked once however often it is added."""
    _add(_finders, finder)


def add_origin_finder(finder: OriginFinder) -> None:
    """Have one more application asked what the écritures of a list are about."""
    _add(_origins, finder)


def pages_of(anomalie: Anomalie) -> list[AnomalyPage]:
    """Every page that says more of this anomaly, or lets it be settled."""
    return [page for finder in _finders for page in finder(anomalie)]


def origins_of(sources: Collection[UUID]) -> dict[UUID, list[AnomalyPage]]:
    """The pages behind each of these sources, in a number of queries that does not grow."""
    found: dict[UUID, list[AnomalyPage]] = {source: [] for source in sources}
    for finder in _origins:
        for source, pages in finder(sources).items():
            found[source] += pages
    return found


def _add(finders: list[Any], finder: Any) -> None:
    if finder not in finders:
        finders.append(finder)
