"""What a person chose to pay, kept between two pages in a value that only we can write."""

import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from typing import Self
from uuid import UUID

from django.core import signing

from allocataires.session import Debtor

_SALT = "payments.choice"
#: Long enough to find one's card, short enough for the balances to be still true.
LIFETIME = timedelta(minutes=30)


class ChoiceLost(Exception):
    """The value was altered, is too old, or is another person's: choose again."""


@dataclass(frozen=True, slots=True)
class Choice:
    """How many cents of which debt. ``number`` makes one choice give one payment at most."""

    shares: Mapping[UUID, int]
    number: str = field(default_factory=lambda: secrets.token_urlsafe(9))

    @property
    def amount_cents(self) -> int:
        """The whole payment."""
        return sum(self.shares.values())

    def signed_for(self, debtor: Debtor) -> str:
        """A text to put in a page; it is of use to this debtor only."""
        shares = {creance.hex: cents for creance, cents in self.shares.items()}
        return signing.dumps(
            {"who": asdict(debtor), "shares": shares, "number": self.number}, salt=_SALT
        )

    @classmethod
    def read(cls, signed: str, debtor: Debtor) -> Self:
        """The choice behind ``signed``. Raises ``ChoiceLost``."""
        try:
            kept = signing.loads(signed, salt=_SALT, max_age=LIFETIME)
        except signing.BadSignature as error:
            raise ChoiceLost from error
        if kept["who"] != asdict(debtor):
            raise ChoiceLost
        return cls({UUID(key): cents for key, cents in kept["shares"].items()}, kept["number"])
