"""PayZen behind the portal's ``Gateway`` protocol."""

from payments.gateways.base import (
    FormRequest,
    GatewayUnreachable,
    HostedForm,
    TransactionReport,
)
from payments.gateways.payzen.answer import to_report
from payments.gateways.payzen.form import build_form
from payments.gateways.payzen.rest import RestClient
from payments.gateways.payzen.shop import Shop

_ECHO = "portail"


class PayZenGateway:
    """One shop at PayZen."""

    takes_instalments = True

    def __init__(self, *, shop: Shop, form_url: str, rest_url: str) -> None:
        self._shop = shop
        self._form_url = form_url
        self._rest_url = rest_url

    def hosted_form(self, request: FormRequest) -> HostedForm:
        """The signed form for one departure to the hosted page."""
        return build_form(request, shop=self._shop, url=self._form_url)

    def reports_of_order(self, order_reference: str) -> list[TransactionReport]:
        """Every transaction under an order; see ``Gateway``."""
        client = RestClient(base_url=self._rest_url, shop=self._shop)
        return [
            to_report(answer, order_reference=order_reference)
            for answer in client.order(order_reference)
        ]

    def check_access(self) -> None:
        """Whether address and REST password work (Charge/SDKTest); raises ``GatewayError``."""
        client = RestClient(base_url=self._rest_url, shop=self._shop)
        if client.sdk_test(_ECHO) != _ECHO:
            raise GatewayUnreachable("Charge/SDKTest: the echo is not what was sent")
