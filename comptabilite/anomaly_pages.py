"""Where an anomaly may be looked into: pages that applications above this one bring."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from django.utils.functional import Promise

from comptabilite.models import Anomalie


@dataclass(frozen=True, slots=True)
class AnomalyPage:
    """An admin page: what it is called, its name without its site, and its key.

    ``filled`` is what its form is to start with, as the fields of an address.
    """

    words: str | Promise
    name: str
    key: int
    filled: Mapping[str, str] = field(default_factory=dict)


#: Asked at each display of one anomaly, in the scope of whoever looks.
PageFinder = Callable[[Anomalie], list[AnomalyPage]]

_finders: list[PageFinder] = []


def add_finder(finder: PageFinder) -> None:
    """Have one more application asked; each is asked once however often it is added."""
    if finder not in _finders:
        _finders.append(finder)


def pages_of(anomalie: Anomalie) -> list[AnomalyPage]:
    """Every page that says more of this anomaly, or lets it be settled."""
    return [page for finder in _finders for page in finder(anomalie)]
