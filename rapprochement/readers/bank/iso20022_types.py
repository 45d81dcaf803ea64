"""Whether a text is a value of a simple type of an ISO 20022 message."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from enum import Enum
from functools import cache, lru_cache
from typing import Any

from xsdata.models.datatype import XmlDate, XmlDateTime, XmlPeriod

_DECIMAL = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)")
_BOOLEANS = ("true", "false", "1", "0")
_MIDNIGHT = re.compile(r"T24:00:00(\.0+)?")
_SPACES = " \t\r\n"


def conforms(text: str, kind: type, facets: Mapping[str, Any]) -> bool:
    """Whether ``text`` is a ``kind`` within the facets (lengths, pattern, digits) of its field."""
    if kind is str:
        return _is_text(text, facets)
    collapsed = text.strip(_SPACES)
    if kind is Decimal:
        return _is_decimal(collapsed, facets)
    if kind is bool:
        return collapsed in _BOOLEANS
    if issubclass(kind, Enum):
        return text in {member.value for member in kind}
    return kind in _PARSERS and _parses(_PARSERS[kind], collapsed)


def moment_of(text: str) -> datetime:
    """The date and time written, with its time zone if it has one, or ``ValueError``.

    The schema allows 24:00:00, which Python does not know: it is the last second of that day.
    """
    return XmlDateTime.from_string(_MIDNIGHT.sub("T23:59:59", text)).to_datetime()


def _year_and_month(text: str) -> XmlPeriod:
    period = XmlPeriod(text)
    if period.year is None or period.month is None:
        raise ValueError(text)
    return period


_PARSERS: dict[type, Callable[[str], Any]] = {
    XmlDate: XmlDate.from_string,
    XmlDateTime: moment_of,
    # The messages have periods for years with a month only.
    XmlPeriod: _year_and_month,
}


def _is_text(text: str, facets: Mapping[str, Any]) -> bool:
    if len(text) < facets.get("min_length", 0):
        return False
    if len(text) > facets.get("max_length", len(text)):
        return False
    pattern = facets.get("pattern")
    return pattern is None or _compiled(pattern).fullmatch(text) is not None


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.ASCII)


def _is_decimal(text: str, facets: Mapping[str, Any]) -> bool:
    if not _DECIMAL.fullmatch(text):
        return False
    whole, _point, fraction = text.lstrip("+-").partition(".")
    whole, fraction = whole.lstrip("0"), fraction.rstrip("0")
    if len(fraction) > facets.get("fraction_digits", len(fraction)):
        return False
    if len(whole) + len(fraction) > facets.get("total_digits", len(whole) + len(fraction)):
        return False
    return "min_inclusive" not in facets or Decimal(text) >= facets["min_inclusive"]


@lru_cache(maxsize=1024)
def _parses(parse: Callable[[str], Any], text: str) -> bool:
    try:
        parse(text)
    except (ValueError, OverflowError):
        return False
    return True
