"""Faults a tester may ask for: lost, late, repeated or lying notifications, banks that refuse."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Self

DELAY_MAX_SECONDS = 3600
STATUS = re.compile(r"[A-Z_]{0,40}")
# They bear on what the bank does, not on how the shop is told.
BANK_FAULTS = frozenset({"refuse_instalments", "refuse_refunds", "capture_fails"})


class BadFaults(ValueError):
    """What was asked is not a set of faults; the message names the key."""


@dataclass(frozen=True, slots=True)
class Faults:
    """What goes wrong. The default is that nothing does. Several faults combine.

    A wrong amount, currency, mode, shop or status is signed correctly: only the comparison with
    what was asked can find it. A wrong signature covers right values. A reordered notification
    waits until the shop's next one has left.
    """

    drop: bool = False
    delay_seconds: int = 0
    duplicate: bool = False
    reorder: bool = False
    wrong_signature: bool = False
    wrong_amount: bool = False
    wrong_currency: bool = False
    wrong_mode: bool = False
    wrong_shop: bool = False
    trans_status: str = ""
    refuse_instalments: bool = False
    refuse_refunds: bool = False
    capture_fails: bool = False

    @classmethod
    def parse(cls, asked: Mapping[str, Any]) -> Self:
        """Faults from JSON or storage. Raises BadFaults for an unknown key or a wrong type."""
        for key, value in asked.items():
            if not _is_valid(key, value):
                raise BadFaults(key)
        return cls(**asked)

    @property
    def active(self) -> dict[str, int | bool | str]:
        """Only the faults that are on, ready to be stored."""
        return {name: value for name, value in asdict(self).items() if value}

    @property
    def on_notifications(self) -> set[str]:
        """Names of the active faults that bear on notifications."""
        return set(self.active) - BANK_FAULTS


FAULT_NAMES = tuple(field.name for field in fields(Faults))


def _is_valid(key: str, value: object) -> bool:
    if key == "delay_seconds":
        return type(value) is int and 0 <= value <= DELAY_MAX_SECONDS
    if key == "trans_status":
        return isinstance(value, str) and STATUS.fullmatch(value) is not None
    return key in FAULT_NAMES and type(value) is bool
