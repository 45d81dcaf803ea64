"""Formats of fields as PayZen's data dictionary writes them: `n6`, `n..12`, `ans..255`, `a2`."""

import re
from dataclasses import dataclass

SPECIFICATION = re.compile(r"(?P<kind>ans|an|a|n)(?P<upto>\.\.)?(?P<length>\d+)")
KINDS = {
    "n": re.compile(r"[0-9]*"),
    "a": re.compile(r"[A-Za-z]*"),
    "an": re.compile(r"[A-Za-z0-9]*"),
    # Letters, digits and special characters except the two that open and close a tag.
    "ans": re.compile(r"[^<>]*"),
}


@dataclass(frozen=True, slots=True)
class Format:
    """Characters allowed and length, exact or at most."""

    kind: str
    length: int
    exact: bool

    def accepts(self, value: str) -> bool:
        """Whether the value fits. An empty value is the business of the caller."""
        right_length = len(value) == self.length if self.exact else len(value) <= self.length
        return right_length and KINDS[self.kind].fullmatch(value) is not None


def parse_format(specification: str) -> Format:
    """Read `ans..255`. Raises ValueError for anything else than the dictionary's notation."""
    match = SPECIFICATION.fullmatch(specification)
    if match is None:
        raise ValueError(f"Unknown format: {specification!r}")
    return Format(match["kind"], int(match["length"]), exact=match["upto"] is None)
