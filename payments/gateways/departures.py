"""What takes a payer to a gateway: its own page for one departure, or an address to send."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID


@dataclass(frozen=True, slots=True)
class HostedForm:
    """What takes the payer's browser to the gateway's page: a signed form, or a plain address."""

    url: str
    fields: tuple[tuple[str, str], ...]
    method: Literal["POST", "GET"] = "POST"
    #: The gateway's own name of this departure, to be kept: some can be asked by nothing else.
    reference: str = ""


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
    #: One address for each way of coming back; empty ones fall back on ``return_url``.
    success_url: str = ""
    refused_url: str = ""
    error_url: str = ""
    #: Where a gateway that announces each result without telling it does so.
    announce_url: str = ""
    #: Whose page it is, and what it says before it sends the payer back.
    shop_name: str = ""
    shop_url: str = ""
    success_message: str = ""
    refused_message: str = ""
    #: Languages in which the payer may read the page.
    langues: tuple[str, ...] = ()
    #: Dates and cents of a plan's dues, which sum to ``amount_cents``; empty for one payment.
    instalments: tuple[tuple[date, int], ...] = ()


@dataclass(frozen=True, slots=True)
class PaymentOrderRequest:
    """A page of the gateway's own, to be opened by whoever is sent its address."""

    order_reference: str
    amount_cents: int
    #: After this the page takes nothing any more.
    expires_at: datetime
    langue: str


@dataclass(frozen=True, slots=True)
class PaymentOrder:
    """What the gateway opened: its own name for it, and the address to send."""

    order_id: str
    url: str
