"""The reference printed on a letter: fund, person, debt, and two check digits.

``011 1234567 IN5 005 31``: code of the fund (3 digits), numéro d'allocataire (7 digits), nature
(3 characters), rang (3 digits), check digits by ISO 7064 MOD 97-10.

Each character of the nature counts as two digits (A = 10 … Z = 35, 5 = 05). The usual reading
gives two digits to a letter and one to a digit, and then misses a letter typed for a digit once in
97 and a few swaps (``1B`` and ``B1`` both read 111); at a fixed width every single mistyped
character and every swap of two neighbours is found.
"""

import re
from dataclasses import dataclass
from typing import Self

from stdnum.exceptions import ValidationError as StdnumError
from stdnum.iso7064 import mod_97_10

_SHAPE = re.compile(
    r"(?P<caisse>\d{3})(?P<numero>\d{7})(?P<nature>[A-Z][A-Z0-9]{2})(?P<rang>\d{3})\d{2}"
)
_SEPARATORS = re.compile(r"[\s\u00a0\u202f.\-/]")
#: Letters that people read for digits, in the places where only digits may stand.
_LOOKALIKES = str.maketrans("OIL", "011")
_DIGIT_PLACES = (slice(0, 10), slice(13, 18))
_NATURE = slice(10, 13)
LENGTH = 18


class ReferenceRefused(ValueError):
    """The text is not a reference: wrong shape or wrong check digits."""


@dataclass(frozen=True, slots=True)
class Reference:
    """The parts of a letter's reference."""

    caisse: str
    numero: str
    nature: str
    rang: str

    @classmethod
    def parse(cls, typed: str) -> Self:
        """Read what a person typed; raises ``ReferenceRefused`` when it cannot be right."""
        compact = _straightened(_SEPARATORS.sub("", typed).upper())
        match = _SHAPE.fullmatch(compact)
        if match is None or not compact.isascii():
            raise ReferenceRefused(typed)
        try:
            mod_97_10.validate(_digits(compact))
        except StdnumError as error:
            raise ReferenceRefused(typed) from error
        return cls(**match.groupdict())

    def __str__(self) -> str:
        body = f"{self.caisse}{self.numero}{self.nature}{self.rang}"
        check = mod_97_10.calc_check_digits(_digits(body))
        return f"{self.caisse} {self.numero} {self.nature} {self.rang} {check}"


def _digits(compact: str) -> str:
    nature = "".join(f"{int(sign, 36):02d}" for sign in compact[_NATURE])
    return compact[: _NATURE.start] + nature + compact[_NATURE.stop :]


def _straightened(compact: str) -> str:
    if len(compact) != LENGTH:
        return compact
    letters = list(compact)
    for place in _DIGIT_PLACES:
        letters[place] = compact[place].translate(_LOOKALIKES)
    return "".join(letters)
