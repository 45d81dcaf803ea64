"""What every gateway must offer, and the words in which it speaks to the rest of the portal.

Nothing outside ``payments/gateways/`` knows a gateway's own field names. Amounts are cents,
instants are UTC.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID


class Result(StrEnum):
    """What a gateway says of a transaction, in our words."""

    PAID = "PAID"
    PENDING = "PENDING"
    REFUSED = "REFUSED"
    ABANDONED = "ABANDONED"
    CANCELLED = "CANCELLED"
    UNKNOWN = "UNKNOWN"


class Refusal(StrEnum):
    """Why a card was refused, as far as it helps the person; empty when nobody said."""

    UNSAID = ""
    FUNDS = "funds"
    EXPIRED = "expired"
    AUTHENTICATION = "authentication"
    CARD = "card"
    LIMIT = "limit"
    BANK = "bank"


@dataclass(frozen=True, slots=True)
class HostedForm:
    """A signed form that takes the payer's browser to the gateway's page."""

    url: str
    fields: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class FormRequest:
    """What a hosted page needs to know: no name, no number, nothing of the file."""

    order_reference: str
    payment_id: UUID
    amount_cents: int
    trans_id: str
    issued_at: datetime
    email: str
    langue: str
    return_url: str
    cancel_url: str


@dataclass(frozen=True, slots=True)
class TransactionReport:
    """One transaction as the gateway describes it, by notification or by answer.

    ``transaction_id`` is ``None`` when no transaction was created (abandoned page).
    ``currency`` is alphabetic (``EUR``), or the gateway's own text when it is unknown.
    ``overtaken_by`` holds the gateway's words that can only come after this one: a transaction
    known under one of them has nothing to learn from this report.
    """

    order_reference: str
    transaction_id: UUID | None
    result: Result
    gateway_status: str
    operation: str
    amount_cents: int
    currency: str
    sequence_number: int
    refusal: Refusal
    card_brand: str
    card_number: str
    authorisation: str
    overtaken_by: frozenset[str]


class GatewayError(Exception):
    """The gateway could not be asked or did not answer sense."""


class GatewayTimeout(GatewayError):
    """No answer in time: the truth is unknown, so ask again, never assume."""


class GatewayUnreachable(GatewayError):
    """No connection, or an answer that is not the gateway's."""


class GatewayRefused(GatewayError):
    """The gateway answered with an error of its own; ``code`` is its code."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code


class Gateway(Protocol):
    """A payment platform, seen from one shop."""

    def hosted_form(self, request: FormRequest) -> HostedForm:
        """The signed form for one departure to the gateway's page."""

    def reports_of_order(self, order_reference: str) -> list[TransactionReport]:
        """Every transaction under an order, in order of creation; empty when there is none.

        Raises ``GatewayError``. Must not be called inside a transaction: it waits on a network.
        """
