"""Pages that other applications name, as links of one of the two administrations."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import NoReverseMatch, reverse

from comptabilite.anomaly_pages import AnomalyPage


@dataclass(frozen=True, slots=True)
class Link:
    """An address and its words."""

    address: str
    words: Any
    acts: bool


def links_of(pages: Iterable[AnomalyPage], site: str) -> list[Link]:
    """Their addresses on a site, each once; a page that this site does not have is left out (the
    shops are the national administration's)."""
    found: dict[str, Link] = {}
    for page in pages:
        args = [] if page.key is None else [page.key]
        try:
            address = reverse(f"admin:{page.name}", args=args, current_app=site)
        except NoReverseMatch:
            continue
        if page.filled:
            address = f"{address}?{urlencode(page.filled)}"
        found.setdefault(address, Link(address, page.words, page.acts))
    return list(found.values())
