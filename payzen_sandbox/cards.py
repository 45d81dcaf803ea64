"""The test cards: which numbers the sandbox knows, and what each one makes happen.

No other number is taken, so that nobody types a real card into a tool.
"""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Effect(StrEnum):
    """What the bank answers for a card."""

    ACCEPTED = "ACCEPTED"
    REFUSED = "REFUSED"
    LATE = "LATE"
    AUTHENTICATION_REFUSED = "AUTHENTICATION_REFUSED"
    TECHNICAL_ERROR = "TECHNICAL_ERROR"


@dataclass(frozen=True, slots=True)
class TestCard:
    """One documented number. `auth_result` is the issuer's code (CB list), "" if never asked."""

    __test__ = False  # not a test class, whatever pytest reads in the name

    number: str
    network: str
    effect: Effect
    label: str | Promise
    auth_result: str = "00"
    challenge: bool = False
    enrolled: bool = True
    documented_alias: bool = False
    refused_instalments: str = ""

    def refuses_instalment(self, rank: int) -> bool:
        """Whether the bank refuses the instalment of this rank; the first one has rank 1."""
        if self.refused_instalments == "second":
            return rank == 2
        return self.refused_instalments == "later" and rank > 1

    @property
    def spaced(self) -> str:
        """The number in groups of four, to be read."""
        return " ".join(self.number[start : start + 4] for start in range(0, len(self.number), 4))

    @property
    def masked(self) -> str:
        """`497010XXXXXX0055`: the only form that is ever stored."""
        return f"{self.number[:6]}{'X' * (len(self.number) - 10)}{self.number[-4:]}"


TEST_CARDS = (
    TestCard("4970100000000055", "VISA", Effect.ACCEPTED, _("Paiement accepté")),
    TestCard("5970100300000067", "MASTERCARD", Effect.ACCEPTED, _("Paiement accepté")),
    TestCard(
        "4970100000000337",
        "VISA",
        Effect.ACCEPTED,
        _("Code 3-D Secure demandé, puis paiement accepté"),
        challenge=True,
    ),
    TestCard("4970100000000113", "VISA", Effect.REFUSED, _("Paiement refusé par la banque"), "05"),
    TestCard(
        "5970100300000109", "MASTERCARD", Effect.REFUSED, _("Paiement refusé par la banque"), "05"
    ),
    TestCard("4970100000000519", "VISA", Effect.REFUSED, _("Provision insuffisante"), "51"),
    TestCard("4970100000000543", "VISA", Effect.REFUSED, _("Carte expirée pour la banque"), "54"),
    TestCard(
        "4970110000000401",
        "VISA",
        Effect.AUTHENTICATION_REFUSED,
        _("Authentification 3-D Secure refusée"),
        "",
    ),
    TestCard(
        "4970100000000683",
        "VISA",
        Effect.LATE,
        _("La banque ne répond pas à temps : en attente, puis accepté"),
        "",
    ),
    TestCard("4970100000000964", "VISA", Effect.TECHNICAL_ERROR, _("Erreur technique"), "96"),
    TestCard(
        "4970100000000709",
        "VISA",
        Effect.ACCEPTED,
        _("Paiement accepté ; en plusieurs fois, deuxième échéance refusée"),
        refused_instalments="second",
    ),
    TestCard(
        "4970100000000808",
        "VISA",
        Effect.ACCEPTED,
        _("Paiement accepté ; en plusieurs fois, toutes les échéances suivantes refusées"),
        refused_instalments="later",
    ),
    # Numbers of PayZen's 2016 guide that fail Luhn's check: taken by name, as there.
    TestCard(
        "4970100000000000",
        "VISA",
        Effect.ACCEPTED,
        _("Paiement accepté, authentifié sans code"),
        documented_alias=True,
    ),
    TestCard(
        "4970100000000009",
        "VISA",
        Effect.ACCEPTED,
        _("Code 3-D Secure demandé, puis paiement accepté"),
        challenge=True,
        documented_alias=True,
    ),
    TestCard(
        "4970100000000003",
        "VISA",
        Effect.ACCEPTED,
        _("Paiement accepté, sans 3-D Secure"),
        enrolled=False,
        documented_alias=True,
    ),
)
_BY_NUMBER = {card.number: card for card in TEST_CARDS}
_BY_MASK = {card.masked: card for card in TEST_CARDS}


def find_card(number: str) -> TestCard | None:
    """The test card of this number, or None."""
    return _BY_NUMBER.get(number)


def find_masked(masked: str) -> TestCard:
    """The test card of a masked number that the sandbox stored. Raises KeyError for another."""
    return _BY_MASK[masked]


def passes_luhn(number: str) -> bool:
    """Luhn's check on a string of digits (ISO/IEC 7812-1)."""
    total = 0
    for rank, digit in enumerate(reversed(number)):
        value = int(digit) * (2 if rank % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0
