"""The code that a third party checks online: ``011-7K3M-9QXT-2B4H-58``.

Code of the fund (3 digits), twelve random characters and two check digits. The alphabet is
Crockford's 32 characters, without I, L, O and U: twelve of them are 60 bits, which nobody guesses,
and a letter read for a digit is put right. Each character counts as two digits for the check
(ISO 7064 MOD 97-10), as in ``allocataires/reference.py``: every single mistyped character and every
swap of two neighbours is found.
"""

import re
import secrets
from dataclasses import dataclass
from typing import Self

from stdnum.exceptions import ValidationError as StdnumError
from stdnum.iso7064 import mod_97_10

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
RANDOM_LENGTH = 12
_SHAPE = re.compile(
    rf"(?P<caisse>\d{{3}})(?P<body>[{ALPHABET}]{{{RANDOM_LENGTH}}})(?P<check>\d{{2}})"
)
_SEPARATORS = re.compile(r"[\s\u00a0\u202f.\-‐‑–/]")
_LOOKALIKES = str.maketrans("OIL", "011")


class CodeRefused(ValueError):
    """The text is not the code of a document: wrong shape or wrong check digits."""


@dataclass(frozen=True, slots=True)
class ProofCode:
    """The parts of a code; ``str()`` is how it is printed and kept."""

    caisse: str
    body: str

    @classmethod
    def draw(cls, *, caisse: str) -> Self:
        """A new code of this fund, from the system's source of secrets."""
        return cls(caisse, "".join(secrets.choice(ALPHABET) for _ in range(RANDOM_LENGTH)))

    @classmethod
    def parse(cls, typed: str) -> Self:
        """Read what a person typed; raises ``CodeRefused`` when it cannot be right."""
        compact = _SEPARATORS.sub("", typed).upper().translate(_LOOKALIKES)
        match = _SHAPE.fullmatch(compact)
        if match is None or not compact.isascii():
            raise CodeRefused
        try:
            mod_97_10.validate(_digits(match["caisse"] + match["body"]) + match["check"])
        except StdnumError as error:
            raise CodeRefused from error
        return cls(match["caisse"], match["body"])

    def __str__(self) -> str:
        groups = [self.body[at : at + 4] for at in range(0, RANDOM_LENGTH, 4)]
        check = mod_97_10.calc_check_digits(_digits(self.caisse + self.body))
        return "-".join([self.caisse, *groups, check])


def _digits(compact: str) -> str:
    return "".join(f"{int(sign, 36):02d}" for sign in compact)
