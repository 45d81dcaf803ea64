"""PayZen behind the portal's ``Gateway`` protocol."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from payments.gateways.base import (
    AnnouncementUnreadable,
    GatewayUnreachable,
    GiveBackReport,
    GiveBackRequest,
    Terms,
    TransactionReport,
)
from payments.gateways.departures import FormRequest, HostedForm, PaymentOrder, PaymentOrderRequest
from payments.gateways.payzen import operations
from payments.gateways.payzen.answer import own_report, to_report
from payments.gateways.payzen.form import build_form
from payments.gateways.payzen.payment_order import (
    closing_body,
    expect_order,
    order_body,
    order_of,
)
from payments.gateways.payzen.rest import RestClient
from payments.gateways.payzen.shop import Shop

_ECHO = "portail"


class PayZenGateway:
    """One shop at PayZen."""

    terms = Terms(name="PayZen", takes_instalments=True, opens_orders=True)

    def __init__(self, *, shop: Shop, form_url: str, rest_url: str) -> None:
        self._shop = shop
        self._form_url = form_url
        self._rest_url = rest_url

    def hosted_form(self, request: FormRequest) -> HostedForm:
        """The signed form for one departure to the hosted page."""
        return build_form(request, shop=self._shop, url=self._form_url)

    def reports_of_order(
        self, order_reference: str, departures: Sequence[str] = ()
    ) -> list[TransactionReport]:
        """Every transaction under an order; see ``Gateway``. Departures have no name here."""
        return [
            to_report(answer, order_reference=order_reference)
            for answer in self._client().order(order_reference)
        ]

    def payment_order(self, request: PaymentOrderRequest) -> PaymentOrder:
        """Open a payment order by address; see ``Gateway``."""
        return order_of(self._client().payment_order(order_body(request)))

    def close_order(self, *, order_id: str, now: datetime) -> None:
        """Bring the end of a payment order forward; see ``Gateway``."""
        expect_order(self._client().update_payment_order(closing_body(order_id, now=now)), order_id)

    def give_back(self, request: GiveBackRequest) -> GiveBackReport:
        """Cancel, reduce or refund, whichever still can be; see ``Gateway``."""
        return operations.give_back(self._client(), request)

    def cancel(self, *, transaction_id: UUID, comment: str) -> TransactionReport:
        """Cancel a transaction not remitted yet; see ``Gateway``."""
        return own_report(self._client().cancel(transaction_id.hex, comment=comment))

    def put_off(self, *, transaction_id: UUID, to_on: date, comment: str) -> TransactionReport:
        """Change the day of a debit to come; see ``Gateway``."""
        return own_report(self._client().put_off(transaction_id.hex, to_on=to_on, comment=comment))

    def accept(self, *, transaction_id: UUID, comment: str) -> TransactionReport:
        """Let a transaction that waits for our word go; see ``Gateway``."""
        return own_report(self._client().validate(transaction_id.hex, comment=comment))

    def departure_announced(self, body: bytes) -> str:
        """Never: PayZen tells the whole result, signed, at an address of its own."""
        raise AnnouncementUnreadable("PayZen announces nothing, it tells")

    def check_access(self) -> None:
        """Whether address and REST password work (Charge/SDKTest); raises ``GatewayError``."""
        if self._client().sdk_test(_ECHO) != _ECHO:
            raise GatewayUnreachable("Charge/SDKTest: the echo is not what was sent")

    def _client(self) -> RestClient:
        return RestClient(base_url=self._rest_url, shop=self._shop)
