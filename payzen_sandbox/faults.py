"""Faults a tester may ask for: lost, late, repeated or lying notifications."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Self

DELAY_MAX_SECONDS = 3600


class BadFaults(ValueError):
    """What was asked is not a set of faults; the message names the key."""


@dataclass(frozen=True, slots=True)
class Faults:
    """What goes wrong. The default is that nothing does. Several faults combine.

    A wrong amount, currency, mode or shop is signed correctly: only the comparison with what was
    asked can find it. A wrong signature covers right values.
    """

    drop: bool = False
    delay_seconds: int = 0
    duplicate: bool = False
    wrong_signature: bool = False
    wrong_amount: bool = False
    wrong_currency: bool = False
    wrong_mode: bool = False
    wrong_shop: bool = False

    @classmethod
    def parse(cls, asked: Mapping[str, Any]) -> Self:
        """Faults from JSON or storage. Raises BadFaults for an unknown key or a wrong type."""
        for key, value in asked.items():
            if key == "delay_seconds":
                valid = type(value) is int and 0 <= value <= DELAY_MAX_SECONDS
            else:
                valid = key in FAULT_NAMES and type(value) is bool
            if not valid:
                raise BadFaults(key)
        return cls(**asked)

    @property
    def active(self) -> dict[str, int | bool]:
        """Only the faults that are on, ready to be stored."""
        return {name: value for name, value in asdict(self).items() if value}


FAULT_NAMES = tuple(field.name for field in fields(Faults))
