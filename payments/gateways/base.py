"""What every gateway must offer, and the words in which it speaks to the rest of the portal.

Nothing outside ``payments/gateways/`` knows a gateway's own field names. Amounts are cents,
instants are UTC.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal, Protocol
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
    """What takes the payer's browser to the gateway's page: a signed form, or a plain address."""

    url: str
    fields: tuple[tuple[str, str], ...]
    method: Literal["POST", "GET"] = "POST"


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
        """What takes the payer to the gateway's page, once.

        May ask the gateway over the network (some give an address per payment), hence is called
        outside any transaction. Raises ``GatewayError``.
        """

    def reports_of_order(self, order_reference: str) -> list[TransactionReport]:
        """Every transaction under an order, in order of creation; empty when there is none.

        Raises ``GatewayError``. Must not be called inside a transaction: it waits on a network.
        """

    def check_access(self) -> None:
        """Ask the platform whether the shop's secrets work; raises ``GatewayError``.

        ``GatewayRefused`` means that they do not, the others that nobody knows.
        """
