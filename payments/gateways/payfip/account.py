"""A fund's account at PayFiP: a number and a mode. There is no key: the service asks for none."""

import re
from dataclasses import dataclass

from payments.gateways.payfip.codes import KINDS


@dataclass(frozen=True, slots=True)
class Account:
    """``number`` (PayFiP's ``numcli``) has six digits; ``mode`` is the portal's."""

    number: str
    mode: str

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[0-9]{6}", self.number):
            raise ValueError("a number at PayFiP has six digits")

    @property
    def saisie(self) -> str:
        """The kind of payment that belongs to the mode: test money or real money."""
        return KINDS[self.mode]
