"""What a value of the format may be: how it is checked as text, and its type in JSON."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from caf_portal.working_days import FIRST_YEAR, LAST_YEAR

#: A check gives (code, detail) of what is wrong, or ``None``.
Wrong = tuple[str, str] | None

#: What no text may hold: control characters, and halves of characters (JSON can write them).
_FORBIDDEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_ALLOWED = r"^[^\x00-\x1f\x7f-\x9f\u2028\u2029]*$"
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_WHOLE = re.compile(r"0|[1-9][0-9]{0,11}", re.ASCII)
_FIRST_YEAR, _LAST_YEAR = 1850, 2200


@dataclass(frozen=True, slots=True)
class Value:
    """A type of value: ``json`` is ``string``, ``integer`` or ``boolean``."""

    check: Callable[[str], Wrong]
    json: str = "string"
    schema: tuple[tuple[str, object], ...] = ()


def text(longest: int) -> Value:
    """Free text, of so many characters."""

    def check(value: str) -> Wrong:
        if len(value) > longest:
            return "TROP_LONG", str(longest)
        return ("CARACTERE_INTERDIT", "") if _FORBIDDEN.search(value) else None

    return Value(check, schema=(("maxLength", longest), ("pattern", _ALLOWED)))


def shaped(pattern: str, words: str) -> Value:
    """Text of one shape, said in ``words``."""
    compiled = re.compile(pattern, re.ASCII)

    def check(value: str) -> Wrong:
        return None if compiled.fullmatch(value) else ("FORME_INVALIDE", words)

    return Value(check, schema=(("pattern", f"^(?:{pattern})$"),))


def one_of(codes: Iterable[str]) -> Value:
    """One of a few codes."""
    known = sorted(codes)

    def check(value: str) -> Wrong:
        return None if value in known else ("CODE_INCONNU", ", ".join(known))

    return Value(check, schema=(("enum", known),))


def _date(value: str) -> Wrong:
    try:
        if _DATE.fullmatch(value) and _FIRST_YEAR <= date.fromisoformat(value).year <= _LAST_YEAR:
            return None
    except ValueError:
        pass
    return "DATE_INVALIDE", ""


def _day(value: str) -> Wrong:
    """A day of a debt: in the years whose bank holidays are known, with room for its deadlines."""
    wrong = _date(value)
    if wrong is None and not FIRST_YEAR <= int(value[:4]) < LAST_YEAR:
        return "FORME_INVALIDE", f"AAAA-MM-JJ, de {FIRST_YEAR} à {LAST_YEAR - 1}"
    return wrong


def _month(value: str) -> Wrong:
    return _day(f"{value}-01") and ("FORME_INVALIDE", "AAAA-MM")


def _cents(value: str) -> Wrong:
    return None if _WHOLE.fullmatch(value) else ("MONTANT_INVALIDE", "")


def _positive(value: str) -> Wrong:
    return ("MONTANT_INVALIDE", "") if value == "0" else _cents(value)


def _email(value: str) -> Wrong:
    if len(value) > 254:
        return "TROP_LONG", "254"
    try:
        validate_email(value)
    except ValidationError:
        return "FORME_INVALIDE", "nom@domaine"
    return ("CARACTERE_INTERDIT", "") if _FORBIDDEN.search(value) else None


MOST_CENTS = 999_999_999_999
DATE = Value(_date, schema=(("format", "date"),))
DAY = Value(_day, schema=(("format", "date"),))
MONTH = Value(_month, schema=(("pattern", "^[0-9]{4}-(0[1-9]|1[0-2])$"),))
CENTS = Value(_cents, "integer", (("minimum", 0), ("maximum", MOST_CENTS)))
POSITIVE_CENTS = Value(_positive, "integer", (("minimum", 1), ("maximum", MOST_CENTS)))
WHOLE = Value(_cents, "integer", (("minimum", 0), ("maximum", MOST_CENTS)))
LINE = Value(
    shaped(r"0|[1-9][0-9]{0,8}", "un numéro de ligne").check,
    "integer",
    (("minimum", 0), ("maximum", 999_999_999)),
)
EMAIL = Value(_email, schema=(("format", "email"), ("maxLength", 254)))
BOOLEAN = Value(one_of(("true", "false")).check, "boolean")
RANK = Value(
    shaped(r"[1-9][0-9]{0,5}", "de 1 à 999999").check,
    "integer",
    (("minimum", 1), ("maximum", 999_999)),
)
